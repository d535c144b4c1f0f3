import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendLock } from '../schema/append.sql.ts';
import type { EventStore } from '../store/store.ts';
import { type FlakyWire, flakyWire } from '../test-support/flaky-wire.ts';
import { openBox, type SampleStore, sampleStore, toBox, toLetter } from '../test-support/sample-store.ts';

let sample: SampleStore;
let wire: FlakyWire;
/** A store that reaches its database over the wire. */
let store: EventStore;
const settings = { statementTimeoutMs: 500, lockTimeoutMs: 300, queueTimeoutMs: 1_000, connectTimeoutMs: 300 };
beforeEach(async () => {
  sample = await sampleStore();
  wire = await flakyWire(sample.url);
  store = await sample.another({ url: wire.url, ...settings, lockTimeoutMs: 400 });
});
afterEach(async () => {
  await wire.restore();
  await sample.close();
  await wire.close();
});

const post = (boxId: string) => ({ type: 'PostLetter' as const, data: { boxId, grams: 1 } });
const letters = async (boxId: string): Promise<number> =>
  (await sample.store.pool.query(`SELECT count(*) FROM event WHERE data ->> 'boxId' = $1`, [boxId])).rows[0].count;

/** Keeps every append waiting until `release`. */
async function holdAppends(): Promise<{ waiting(): Promise<number[]>; release(): Promise<void> }> {
  const holder = await sample.store.pool.connect();
  await holder.query('SELECT pg_advisory_lock($1)', [appendLock]);
  return {
    waiting: async () => {
      const { rows } = await sample.store.pool.query<{ pid: number }>(
        `SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`,
      );
      return rows.map(({ pid }) => pid);
    },
    release: async () => {
      await holder.query('SELECT pg_advisory_unlock($1)', [appendLock]);
      holder.release();
    },
  };
}

describe('the append lane', () => {
  it.each([
    [10, 1],
    [300, 2],
  ])(
    'appends once although a session is killed in the middle of a batch (%i wait, with %i sessions)',
    async (count, sessions) => {
      // Not so short of time as the others: until the session is killed, both wait for the lock.
      const patient = { statementTimeoutMs: 20_000, lockTimeoutMs: 10_000, queueTimeoutMs: 20_000 };
      const store = await sample.another({ url: wire.url, ...settings, ...patient });
      const { tenantId, boxId } = await openBox(store);
      const hold = await holdAppends();
      const tries = Array.from({ length: count }, () => toLetter(store, post(boxId), { tenantId, isNew: true }));
      const all = Promise.all(tries);
      const [pid] = await eventually(async () => {
        const pids = await hold.waiting();
        expect(pids).toHaveLength(sessions);
        return pids;
      });
      await sample.store.pool.query('SELECT pg_terminate_backend($1)', [pid]);
      await hold.release();
      expect((await all).map(({ version, repeated }) => [version, repeated])).toEqual(tries.map(() => [1, false]));
      expect(await letters(boxId)).toBe(count);
    },
  );

  it('recognises its own events when the answer to their commit was lost', async () => {
    const { tenantId, boxId } = await openBox(store, { limits: [1, null] });
    wire.loseNextAnswer();
    const id = newId();
    const dedup = { actor: 'a', route: 'r', key: 'k', bodyHash: 'h', result: { id } };
    const posted = await toLetter(store, post(boxId), { tenantId, id, isNew: true, dedup });
    expect(posted).toMatchObject({ version: 1, repeated: false, result: { id } });
    expect(posted.events[0]?.stamps.box).toMatchObject({ sequence: 2, counters: [1, 1] });
    expect(posted.events[0]?.position).toBe(await sample.store.log.headPosition());
    expect(await letters(boxId)).toBe(1);
  });

  it('waits for a database that comes back in time', async () => {
    const { tenantId, boxId } = await openBox(store);
    await wire.cut();
    const posting = toLetter(store, post(boxId), { tenantId, isNew: true });
    await wire.restore();
    expect(await posting).toMatchObject({ version: 1 });
  });

  it('says within its time that the database does not answer', async () => {
    const { tenantId, boxId } = await openBox(store);
    await wire.cut();
    const begun = performance.now();
    const tries = [
      toLetter(store, post(boxId), { tenantId, isNew: true }),
      toBox(store, { type: 'CloseBox', data: {} }, { tenantId, id: boxId }), // loads first
    ];
    for (const result of await Promise.allSettled(tries)) {
      expect(result).toMatchObject({ reason: { kind: 'unavailable', code: 'store-unavailable' } });
    }
    expect(performance.now() - begun).toBeLessThan(3_000);
    await wire.restore();
    expect(await toLetter(store, post(boxId), { tenantId, isNew: true })).toMatchObject({ version: 1 });
  });

  it('gives up a database that has fallen silent', async () => {
    const { tenantId, boxId } = await openBox(store);
    wire.goSilent();
    const begun = performance.now();
    const posting = toLetter(store, post(boxId), { tenantId, isNew: true });
    await expect(posting).rejects.toMatchObject({ kind: 'unavailable', code: 'store-unavailable' });
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('does not wait for ever for a lock that somebody keeps', async () => {
    const { tenantId, boxId } = await openBox(store);
    const hold = await holdAppends();
    const posting = toLetter(store, post(boxId), { tenantId, isNew: true });
    await expect(posting).rejects.toMatchObject({ code: 'store-unavailable' });
    await hold.release();
    expect(await letters(boxId)).toBe(0);
    expect(await toLetter(store, post(boxId), { tenantId, isNew: true })).toMatchObject({ version: 1 });
  });

  it('refuses more than may wait', async () => {
    const small = await sample.another({ maxQueue: 4, maxBatch: 1 });
    const { tenantId, boxId } = await openBox(small);
    const hold = await holdAppends();
    const tries = Array.from({ length: 8 }, () => toLetter(small, post(boxId), { tenantId, isNew: true }));
    const refused = Promise.allSettled(tries.slice(4));
    for (const result of await refused) {
      expect(result).toMatchObject({ reason: { kind: 'unavailable', code: 'store-overloaded' } });
    }
    await hold.release();
    await Promise.all(tries.slice(0, 4));
    expect(await letters(boxId)).toBe(4);
  });

  it('writes what waits before it closes, and takes nothing after', async () => {
    const closing = await sample.another();
    const { tenantId, boxId } = await openBox(closing);
    const tries = Array.from({ length: 100 }, () => toLetter(closing, post(boxId), { tenantId, isNew: true }));
    await closing.close();
    await Promise.all(tries);
    expect(await letters(boxId)).toBe(100);
    await expect(toLetter(closing, post(boxId), { tenantId, isNew: true })).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });
});
