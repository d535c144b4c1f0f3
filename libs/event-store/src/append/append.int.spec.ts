import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyFeeds } from '../rebuild/verify-feeds.ts';
import { letter } from '../test-support/sample.ts';
import { openBox, type SampleStore, sampleStore, toBox, toLetter } from '../test-support/sample-store.ts';
import type { RowChange } from '../types.ts';

let sample: SampleStore;
beforeAll(async () => {
  sample = await sampleStore();
});
afterAll(() => sample.close());

const post = (boxId: string, grams = 1) => ({ type: 'PostLetter' as const, data: { boxId, grams } });
const outcomes = async (tries: Array<Promise<unknown>>): Promise<string[]> =>
  (await Promise.allSettled(tries)).map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.code));
const count = (list: readonly string[], name: string): number => list.filter((item) => item === name).length;
const feed = async (boxId: string) =>
  (
    await sample.store.pool.query('SELECT open, sequence, counters, limits, access FROM feed WHERE feed_id = $1', [
      boxId,
    ])
  ).rows[0];

describe('limits', () => {
  it('lets exactly 5 of 32 deposits into 5 free places, in one batch', async () => {
    const { tenantId, boxId } = await openBox(sample.store, { limits: [5, null] });
    const all = await outcomes(
      Array.from({ length: 32 }, () => toLetter(sample.store, post(boxId), { tenantId, isNew: true })),
    );
    expect([count(all, 'done'), count(all, 'limit')]).toEqual([5, 27]);
    expect(await feed(boxId)).toMatchObject({ sequence: 6, counters: [5, 5] });
    const { rows } = await sample.store.pool.query('SELECT count(*) FROM letter_list WHERE box_id = $1', [boxId]);
    expect(rows[0]).toEqual({ count: 5 });
  });

  it('lets exactly 5 of 32 deposits into 5 free places, over two lanes', async () => {
    const { tenantId, boxId } = await openBox(sample.store, { limits: [5, null] });
    const lanes = [sample.store, await sample.another()];
    const all = await outcomes(
      lanes.flatMap((lane) => Array.from({ length: 16 }, () => toLetter(lane, post(boxId), { tenantId, isNew: true }))),
    );
    expect([count(all, 'done'), count(all, 'limit')]).toEqual([5, 27]);
    expect(await feed(boxId)).toMatchObject({ sequence: 6, counters: [5, 5] });
  });

  it('names the counter that is full, tells it as the caller wants, and leaves nothing', async () => {
    const { tenantId, boxId } = await openBox(sample.store, { limits: [10, 100] });
    await toLetter(sample.store, post(boxId, 90), { tenantId, isNew: true });
    const id = newId();
    const refused = toLetter(sample.store, post(boxId, 11), { tenantId, id, isNew: true });
    await expect(refused).rejects.toMatchObject({
      kind: 'rejected',
      code: 'limit',
      details: { role: 'box', feedId: boxId, counter: 1, limit: 100, value: 101 },
    });
    expect(await sample.store.load(letter, tenantId, id)).toMatchObject({ version: 0 });
    await toLetter(sample.store, post(boxId, 10), { tenantId, isNew: true });
    expect(await feed(boxId)).toMatchObject({ counters: [2, 100] });
  });

  it('never refuses what makes a counter smaller, even above the limit', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const id = newId();
    await toLetter(sample.store, post(boxId, 50), { tenantId, id, isNew: true });
    await sample.store.pool.query('UPDATE feed SET limits = $1 WHERE feed_id = $2', [[0, 0], boxId]);
    await toLetter(sample.store, { type: 'PurgeLetter', data: {} }, { tenantId, id });
    expect(await feed(boxId)).toMatchObject({ counters: [0, 0] });
  });
});

describe('feeds', () => {
  it('refuses a closed feed but for what may touch it, and an unknown one', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const id = newId();
    await toLetter(sample.store, post(boxId), { tenantId, id, isNew: true });
    await toBox(sample.store, { type: 'CloseBox', data: {} }, { tenantId, id: boxId });
    const tries = [
      toLetter(sample.store, post(boxId), { tenantId, isNew: true }),
      toLetter(sample.store, post(newId()), { tenantId, isNew: true }),
      toLetter(sample.store, { type: 'PurgeLetter', data: {} }, { tenantId, id }),
    ];
    expect(await outcomes(tries)).toEqual(['feed-closed', 'feed-missing', 'done']);
  });

  it('stamps a move by both feeds, or moves nothing when one of them refuses', async () => {
    const from = await openBox(sample.store);
    const { tenantId } = from;
    const to = await openBox(sample.store, { tenantId, access: { owners: ['b'] }, limits: [1, null] });
    const [first, second] = [newId(), newId()];
    for (const id of [first, second]) await toLetter(sample.store, post(from.boxId), { tenantId, id, isNew: true });
    const move = { type: 'MoveLetter' as const, data: { to: to.boxId } };
    const moved = await toLetter(sample.store, move, { tenantId, id: first });
    expect(moved.events[0]?.stamps).toEqual({
      from: { feedId: from.boxId, access: { owners: ['a'] }, sequence: 4, counters: [1, 1] },
      to: { feedId: to.boxId, access: { owners: ['b'] }, sequence: 2, counters: [1, 1] },
    });
    await expect(toLetter(sample.store, move, { tenantId, id: second })).rejects.toMatchObject({ code: 'limit' });
    expect(await feed(from.boxId)).toMatchObject({ sequence: 4, counters: [1, 1] });
    expect(await feed(to.boxId)).toMatchObject({ sequence: 2, counters: [1, 1] });
  });

  it('stamps a change of access with the new and the previous one, and what follows with the new one', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const shared = await toBox(
      sample.store,
      { type: 'ShareBox', data: { access: { owners: ['b'] } } },
      { tenantId, id: boxId },
    );
    expect(shared.events[0]?.stamps.box).toMatchObject({
      access: { owners: ['b'] },
      previousAccess: { owners: ['a'] },
      sequence: 2,
    });
    const posted = await toLetter(sample.store, post(boxId), { tenantId, isNew: true });
    expect(posted.events[0]?.stamps.box).toEqual({
      feedId: boxId,
      access: { owners: ['b'] },
      sequence: 3,
      counters: [1, 1],
    });
  });

  it('gives every event of a box its own sequence number, without a gap', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const lanes = [sample.store, await sample.another()];
    const all = await Promise.all(
      lanes.flatMap((lane) => Array.from({ length: 40 }, () => toLetter(lane, post(boxId), { tenantId, isNew: true }))),
    );
    const stamps = all.flatMap(({ events }) => events).sort((a, b) => a.position - b.position);
    expect(stamps.map(({ stamps: { box } }) => box?.sequence)).toEqual(Array.from({ length: 80 }, (_, n) => n + 2));
    expect(stamps.map(({ stamps: { box } }) => box?.counters[0])).toEqual(Array.from({ length: 80 }, (_, n) => n + 1));
  });
});

describe('a feed that changes ensure', () => {
  /** Letters that are counted in a feed nobody has made. */
  const shelved: typeof letter = {
    ...letter,
    feeds: (_before, _after, { data }) => [
      { role: 'shelf', feedId: `shelf/${'boxId' in data ? data.boxId : data.to}`, delta: [1], take: 2, ensure: true },
    ],
  };

  it('is made by the first of them, in one batch and over two lanes, and counts all of them', async () => {
    const [tenantId, boxId, now] = [newId(), newId(), new Date().toISOString()];
    const lanes = [sample.store, await sample.another()];
    const meta = { actor: { kind: 'system', id: 'test' }, correlationId: 'test' } as const;
    const handled = await Promise.all(
      lanes.flatMap((lane) =>
        Array.from({ length: 8 }, () =>
          lane.handle(shelved, {
            tenantId,
            id: newId(),
            command: { ...post(boxId), meta: { now } },
            meta,
            isNew: true,
          }),
        ),
      ),
    );
    expect(await feed(`shelf/${boxId}`)).toEqual({
      open: true,
      sequence: 32,
      counters: [16],
      limits: [],
      access: null,
    });
    const stamps = handled.map(({ events }) => events[0]?.stamps.shelf);
    const sorted = stamps.map((stamp) => stamp?.sequence ?? 0).sort((a, b) => a - b);
    expect(sorted).toEqual(Array.from({ length: 16 }, (_, n) => 2 * n + 1));
    const differing = await verifyFeeds(sample.store, [shelved]);
    expect(differing.filter(({ tenantId: of }) => of === tenantId)).toEqual([]);
  });
});

describe('claims', () => {
  it('gives a name to one of many, and again when it was released', async () => {
    const tenantId = newId();
    const number = newId();
    const open = (id: string) =>
      toBox(sample.store, { type: 'OpenBox', data: { number, access: {} } }, { tenantId, id, isNew: true });
    const ids = Array.from({ length: 8 }, () => newId());
    const all = await outcomes(ids.map(open));
    expect([count(all, 'done'), count(all, 'claimed')]).toEqual([1, 7]);
    const winner = ids[all.indexOf('done')] ?? '';
    await toBox(sample.store, { type: 'CloseBox', data: {} }, { tenantId, id: winner });
    expect(await outcomes([open(newId())])).toEqual(['done']);
  });

  it('lets two tenants have the same name', async () => {
    const data = { number: newId(), access: {} };
    expect(await outcomes([1, 2].map(() => toBox(sample.store, { type: 'OpenBox', data })))).toEqual(['done', 'done']);
  });
});

describe('a batch', () => {
  const spoiled = (secret: unknown): RowChange => ({
    table: 'letter_secret',
    op: 'upsert',
    row: { letter_id: newId(), secret },
  });

  it('lets a bad member fail alone', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const tries = Array.from({ length: 20 }, (_, n) =>
      toLetter(sample.store, post(boxId), {
        tenantId,
        isNew: true,
        extraRows: [spoiled(n % 7 === 3 ? null : 'ok')],
      }),
    );
    const results = await Promise.allSettled(tries);
    const failed = results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    expect(failed).toEqual([3, 10, 17]);
    expect(await feed(boxId)).toMatchObject({ sequence: 18, counters: [17, 17] });
  });

  it('refuses a text that cannot be stored as the fault of its request', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const tries = ['ok', 'nul \u0000', 'half \ud800'].map((secret) =>
      toLetter(sample.store, post(boxId), { tenantId, isNew: true, extraRows: [spoiled(secret)] }),
    );
    expect(await outcomes(tries)).toEqual(['done', 'unstorable-value', 'unstorable-value']);
  });

  it('refuses rows of a table that nobody registered', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const row: RowChange = { table: 'subject_key', op: 'upsert', row: { key_id: newId() } };
    const writing = toLetter(sample.store, post(boxId), { tenantId, isNew: true, extraRows: [row] });
    await expect(writing).rejects.toThrow('not registered');
  });

  it('writes rows into the tenant of the request only', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const letterId = newId();
    const row = { tenant_id: newId(), letter_id: letterId, secret: 'x' };
    const extraRows: RowChange[] = [{ table: 'letter_secret', op: 'upsert', row }];
    await toLetter(sample.store, post(boxId), { tenantId, isNew: true, extraRows });
    const { rows } = await sample.store.pool.query('SELECT tenant_id FROM letter_secret WHERE letter_id = $1', [
      letterId,
    ]);
    expect(rows).toEqual([{ tenant_id: tenantId }]);
  });

  it('lets the last change of a row count when members write the same one', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const letterId = newId();
    const row = (secret: string): RowChange => ({
      table: 'letter_secret',
      op: 'upsert',
      row: { letter_id: letterId, secret },
    });
    const gone: RowChange = { table: 'letter_secret', op: 'delete', key: { letter_id: letterId } };
    const write = (changes: RowChange[]) =>
      Promise.all(
        changes.map((change) => toLetter(sample.store, post(boxId), { tenantId, isNew: true, extraRows: [change] })),
      );
    const secrets = async () =>
      (await sample.store.pool.query('SELECT secret FROM letter_secret WHERE letter_id = $1', [letterId])).rows;
    await write([row('a'), gone, row('b')]);
    expect(await secrets()).toEqual([{ secret: 'b' }]);
    await write([row('c'), gone]);
    expect(await secrets()).toEqual([]);
  });
});

describe('the event table', () => {
  it('is written by nothing but the append', async () => {
    const { pool } = sample.store;
    await openBox(sample.store);
    await expect(pool.query('INSERT INTO event SELECT * FROM event')).rejects.toThrow('append_batch only');
    await expect(pool.query(`UPDATE event SET data = '{}'`)).rejects.toThrow('never changed');
    await expect(pool.query('DELETE FROM event')).rejects.toThrow('never changed');
    await expect(pool.query('TRUNCATE event')).rejects.toThrow('never changed');
  });
});
