import { randomBytes } from 'node:crypto';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEventStore } from '../store/store.ts';
import { openBox, type SampleStore, sampleKek, sampleStore, toLetter } from '../test-support/sample-store.ts';
import { rewrapKeys } from './rewrap-keys.ts';

let sample: SampleStore;
beforeAll(async () => {
  sample = await sampleStore();
});
afterAll(() => sample.close());

/** A tenant whose letter was posted together with a secret. */
const withSecret = async (secret: string) => {
  const { store } = sample;
  const { tenantId, boxId } = await openBox(store);
  const id = newId();
  const data = { boxId, grams: 7, sender: 'a', note: 'b' };
  const extraRows = [store.secrets.row(tenantId, `letter:${id}`, secret)];
  await toLetter(store, { type: 'PostLetter', data }, { tenantId, id, isNew: true, extraRows });
  return { tenantId, id, owner: `letter:${id}` };
};

it('keeps a secret that only its tenant and owner open, and that is nowhere in clear', async () => {
  const { store } = sample;
  const { tenantId, owner } = await withSecret('Bearer s3cret-token');
  expect([...(await store.secrets.open(tenantId, [owner, 'letter:none']))]).toEqual([[owner, 'Bearer s3cret-token']]);
  expect((await store.secrets.open(newId(), [owner])).size).toBe(0);
  const { rows } = await store.pool.query<{ box: Buffer }>('SELECT box FROM sealed_secret WHERE owner = $1', [owner]);
  expect(rows[0]?.box.toString('latin1')).not.toContain('s3cret');
  await store.pool.query(`UPDATE sealed_secret SET owner = 'moved' WHERE owner = $1`, [owner]);
  await expect(store.secrets.open(tenantId, ['moved'])).rejects.toThrow();
  await store.pool.query(`DELETE FROM sealed_secret WHERE owner = 'moved'`);
});

it('is gone with its row', async () => {
  const { store } = sample;
  const { tenantId, id, owner } = await withSecret('x');
  const extraRows = [store.secrets.withoutRow(tenantId, owner)];
  await toLetter(store, { type: 'ReadLetter', data: {} }, { tenantId, id, extraRows });
  expect((await store.secrets.open(tenantId, [owner])).size).toBe(0);
});

it('opens under a new key-encryption key after it was wrapped anew', async () => {
  const { tenantId, owner } = await withSecret('kept');
  const fresh = `fresh:${randomBytes(32).toString('base64')}`;
  const both = await openEventStore({ url: sample.store.url, kek: `${fresh},${sampleKek}` });
  expect(await rewrapKeys(both)).toBeGreaterThan(0);
  await both.close();
  const alone = await openEventStore({ url: sample.store.url, kek: fresh });
  expect((await alone.secrets.open(tenantId, [owner])).get(owner)).toBe('kept');
  await alone.close();
});
