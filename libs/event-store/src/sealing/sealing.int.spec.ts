import { randomBytes } from 'node:crypto';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEventStore } from '../store/store.ts';
import { letter } from '../test-support/sample.ts';
import { openBox, type SampleStore, sampleKek, sampleStore, toLetter } from '../test-support/sample-store.ts';
import { rewrapKeys } from './rewrap-keys.ts';

let sample: SampleStore;
beforeAll(async () => {
  sample = await sampleStore();
});
afterAll(() => sample.close());

const caller = '+33155501234';
const newKek = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;

/** A letter with sealed fields. Its row in the read model holds the sender in clear, so events are searched alone. */
async function sealedLetter() {
  const { tenantId, boxId } = await openBox(sample.store);
  const id = newId();
  const data = { boxId, grams: 7, sender: caller, note: `call ${caller} back` };
  const posted = await toLetter(sample.store, { type: 'PostLetter', data }, { tenantId, id, isNew: true });
  return { tenantId, boxId, id, data, posted };
}

describe('sealed fields', () => {
  it('are nowhere in the stored event, and open again', async () => {
    const { tenantId, id, data, posted } = await sealedLetter();
    expect(posted.events[0]?.data).toEqual(data);
    const { rows } = await sample.store.pool.query<{ text: string; data: object }>(
      `SELECT e::text || encode(e.sealed, 'escape') AS text, e.data FROM event e WHERE stream_id = $1`,
      [`letter-${id}`],
    );
    expect(rows[0]?.text).not.toContain(caller.slice(3));
    expect(rows[0]?.data).toEqual({ boxId: data.boxId, grams: 7 });
    expect((await sample.store.load(letter, tenantId, id)).state.sender).toBe(caller);
    const [event] = await sample.store.history(letter, tenantId, id, { limit: 1 });
    expect(event?.data).toEqual(data);
    expect((await sample.store.log.readTenant({ tenantId, afterPosition: 0, limit: 9 })).at(-1)?.data).toEqual(data);
  });

  it('of one stream share a key, and those of another have their own', async () => {
    const one = await sealedLetter();
    const other = await sealedLetter();
    const keys = async (id: string) =>
      (await sample.store.pool.query('SELECT DISTINCT key_id FROM event WHERE stream_id = $1', [`letter-${id}`])).rows;
    expect(await keys(one.id)).toHaveLength(1);
    expect(await keys(one.id)).not.toEqual(await keys(other.id));
  });

  it('are gone for ever when the key is destroyed, and the history stays', async () => {
    const { tenantId, boxId, id } = await sealedLetter();
    const dedup = { actor: 'a', route: 'r', key: id, bodyHash: 'h', result: null };
    await toLetter(sample.store, { type: 'ReadLetter', data: {} }, { tenantId, id, dedup });
    await toLetter(sample.store, { type: 'PurgeLetter', data: {} }, { tenantId, id });
    const history = await sample.store.history(letter, tenantId, id, { limit: 9 });
    expect(history.map(({ type, data }) => [type, data])).toEqual([
      ['LetterPosted', { boxId, grams: 7 }],
      ['LetterRead', { boxId }],
      ['LetterPurged', { boxId, grams: 7 }],
    ]);
    expect((await sample.store.load(letter, tenantId, id)).state).toMatchObject({ status: 'purged', sender: null });
    const { rows } = await sample.store.pool.query(
      `SELECT wrapped, destroyed_at IS NOT NULL AS destroyed FROM subject_key k JOIN event e USING (tenant_id, key_id)
       WHERE e.stream_id = $1`,
      [`letter-${id}`],
    );
    expect(rows).toEqual([{ wrapped: null, destroyed: true }]);
    expect(await sample.store.findRepeated(tenantId, dedup)).toBeNull();
  });

  it('cannot be moved to another event', async () => {
    const one = await sealedLetter();
    const { store } = sample;
    const { rows } = await store.pool.query<{ sealed: Buffer; key_id: string }>(
      'SELECT sealed, key_id FROM event WHERE stream_id = $1',
      [`letter-${one.id}`],
    );
    const forged = newId();
    const batch = {
      requests: [{ n: 1, tenant: one.tenantId, stream: `letter-${forged}`, kind: 'letter', expected: 0, events: 1 }],
      events: [
        {
          ...{ n: 1, event: 1, tenant: one.tenantId, stream: `letter-${forged}`, version: 1, id: newId() },
          ...{ type: 'LetterPosted', schema: 1, data: {}, meta: {}, at: new Date().toISOString() },
          ...{ sealed: rows[0]?.sealed.toString('base64'), key: rows[0]?.key_id },
        },
      ],
    };
    await store.pool.query('SELECT append_batch($1::jsonb)', [JSON.stringify(batch)]);
    await expect(store.load(letter, one.tenantId, forged)).rejects.toThrow();
  });
});

describe('key-encryption keys', () => {
  const open = (kek: string) => openEventStore({ url: sample.url, kek });

  it('are found missing or wrong when the store is opened', async () => {
    await expect(open(newKek('test'))).rejects.toThrow('"test" is not the one that sealed this store');
    await expect(open(newKek('other'))).rejects.toThrow('"test" is in use but not configured');
    await expect(open('short:c2hvcnQ=')).rejects.toThrow('key 1 is not 32 bytes');
    await (await open(sampleKek)).close(); // the failures have left nothing behind
  });

  it('can be rotated: the first seals, all open, and the old one can go', async () => {
    const own = await sampleStore({ kek: sampleKek });
    const { tenantId, boxId } = await openBox(own.store);
    const post = async (store = own.store) => {
      const id = newId();
      const data = { boxId, grams: 1, sender: caller };
      await toLetter(store, { type: 'PostLetter', data }, { tenantId, id, isNew: true });
      return id;
    };
    const before = await post();
    const next = newKek('next');
    const rotated = await own.another({ kek: `${next},${sampleKek}` });
    const after = await post(rotated);
    for (const id of [before, after]) {
      expect((await rotated.load(letter, tenantId, id)).state.sender).toBe(caller);
    }
    const { rows } = await own.store.pool.query(
      `SELECT DISTINCT convert_from(substring(wrapped from 2 for 4), 'UTF8') AS kek FROM subject_key ORDER BY 1`,
    );
    expect(rows).toEqual([{ kek: 'next' }, { kek: 'test' }]);

    expect(await rewrapKeys(rotated)).toBe(1);
    expect(await rewrapKeys(rotated)).toBe(0);
    const alone = await own.another({ kek: next });
    expect((await alone.load(letter, tenantId, before)).state.sender).toBe(caller);
    await expect(own.another()).rejects.toThrow('"next" is in use but not configured');
    await own.close();
  });
});
