import { newId } from '@aftertone/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyFeeds } from '../rebuild/verify-feeds.ts';
import { kinds, openBox, type SampleStore, sampleStore, toBox, toLetter } from '../test-support/sample-store.ts';
import { appendWhole } from '../test-support/version-before.ts';
import type { FeedStamp, RecordedEvent } from '../types.ts';
import { judgedBatch } from './judged-batch.ts';
import { toWire, type WireRequest } from './wire.ts';

let sample: SampleStore;
beforeAll(async () => {
  sample = await sampleStore();
});
afterAll(() => sample.close());

const post = (boxId: string, grams = 1) => ({ type: 'PostLetter' as const, data: { boxId, grams } });
const meta = { actor: { kind: 'system', id: 'test' }, correlationId: 'test' } as const;

const letters = (tenantId: string, boxId: string, count: number): WireRequest[] =>
  Array.from({ length: count }, () =>
    toWire({
      tenantId,
      streamId: `letter-${newId()}`,
      kind: 'letter',
      expectedVersion: 0,
      at: new Date().toISOString(),
      events: [{ id: newId(), type: 'LetterPosted', schemaVersion: 1, data: { boxId, grams: 1 }, meta, sealed: null }],
      feeds: [[{ role: 'box', feedId: boxId, delta: [1, 1], take: 1 }]],
      claims: [],
      rows: [],
      destroyKey: false,
    }),
  );

const logOf = async (tenantId: string): Promise<RecordedEvent[]> =>
  sample.store.log.readTenant({ tenantId, afterPosition: 0, limit: 10_000 });

/** What every stamp of a tenant's log must be, by counting along it. */
function expectStamps(log: readonly RecordedEvent[]): void {
  const feeds = new Map<string, FeedStamp>();
  for (const { type, data, stamps } of log) {
    const { grams = 0, access } = data as { grams?: number; access?: unknown };
    // A move within one box counts down and up again.
    const inOrder = Object.entries(stamps).sort(([a], [b]) => a.localeCompare(b));
    for (const [role, stamp] of inOrder) {
      const before = feeds.get(stamp.feedId) ?? { feedId: stamp.feedId, access, sequence: 0, counters: [0, 0] };
      const sign = type === 'LetterPurged' || role === 'from' ? -1 : type === 'LetterPosted' || role === 'to' ? 1 : 0;
      const [letters = 0, weight = 0] = before.counters;
      const expected: FeedStamp = {
        feedId: stamp.feedId,
        access: type === 'BoxShared' ? access : before.access,
        ...(type === 'BoxShared' ? { previousAccess: before.access } : {}),
        sequence: before.sequence + 1,
        counters: [letters + sign, weight + sign * grams],
      };
      expect(stamp).toEqual(expected);
      feeds.set(stamp.feedId, expected);
    }
  }
}

const expectDense = async (): Promise<void> => {
  const { rows } = await sample.store.pool.query(
    'SELECT count(*) AS count, min(position) AS first, max(position) AS last FROM event',
  );
  expect(rows[0]).toEqual({ count: rows[0].last, first: 1, last: await sample.store.log.headPosition() });
};

describe('append_foreseen beside append_batch and append_whole', () => {
  it('gives one log, dense and stamped in order, with processes of the version before on the same database', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const writers = [sample.store, await sample.another()];
    await Promise.all([
      ...writers.flatMap((store) =>
        Array.from({ length: 60 }, () => toLetter(store, post(boxId), { tenantId, isNew: true })),
      ),
      ...Array.from({ length: 12 }, () => appendWhole(sample.store, letters(tenantId, boxId, 10))),
      ...Array.from({ length: 6 }, () =>
        sample.store.pool.query('SELECT append_batch($1::jsonb)', [judgedBatch(letters(tenantId, boxId, 10))]),
      ),
    ]);
    const log = await logOf(tenantId);
    expect(log).toHaveLength(301);
    expectStamps(log);
    await expectDense();
    expect(await verifyFeeds(sample.store, kinds)).toEqual([]);
  });

  it('stores the stamps that it answers, also of several events and feeds in one command', async () => {
    const from = await openBox(sample.store);
    const { tenantId } = from;
    const to = await openBox(sample.store, { tenantId, access: { owners: ['b'] }, limits: [50, 500] });
    const data = { boxId: from.boxId, grams: 7, sender: 'ann', readAtOnce: true };
    const ids = Array.from({ length: 20 }, () => newId());
    const posted = await Promise.all(
      ids.map((id) => toLetter(sample.store, { type: 'PostLetter', data }, { tenantId, id, isNew: true })),
    );
    const moved = await Promise.all(
      ids.map((id) => toLetter(sample.store, { type: 'MoveLetter', data: { to: to.boxId } }, { tenantId, id })),
    );
    const log = await logOf(tenantId);
    expectStamps(log);
    const answered = [...posted, ...moved].flatMap(({ events }) => events).sort((a, b) => a.position - b.position);
    expect(log.slice(2)).toEqual(answered.map((event) => ({ ...event, data: expect.anything() })));
  });

  it('is what writes a letter into a box that stands', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const rename = (from: string, to: string) => sample.store.pool.query(`ALTER FUNCTION ${from} RENAME TO ${to}`);
    await rename('append_batch', 'append_batch_away');
    try {
      for (let n = 0; n < 3; n += 1) await toLetter(sample.store, post(boxId), { tenantId, isNew: true });
      await expect(openBox(sample.store)).rejects.toThrow('append_batch');
    } finally {
      await rename('append_batch_away', 'append_batch');
    }
  });

  it('takes a feed as it is, whoever has changed it since', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const change = async (set: string): Promise<void> => {
      await sample.store.pool.query(`UPDATE feed SET ${set} WHERE feed_id = $1`, [boxId]);
    };
    const stampOf = async (): Promise<FeedStamp | undefined> =>
      (await toLetter(sample.store, post(boxId), { tenantId, isNew: true })).events[0]?.stamps.box;
    expect(await stampOf()).toMatchObject({ sequence: 2, access: { owners: ['a'] }, counters: [1, 1] });
    await change(`access = '{"owners": ["b"]}'`); // as a migration would
    expect(await stampOf()).toMatchObject({ sequence: 3, access: { owners: ['b'] }, counters: [2, 2] });
    await appendWhole(sample.store, letters(tenantId, boxId, 3));
    expect(await stampOf()).toMatchObject({ sequence: 7, counters: [6, 6] });
    await change('limits = ARRAY[6, NULL]');
    await expect(stampOf()).rejects.toMatchObject({ code: 'limit' });
    await change('limits = ARRAY[9, NULL], open = false');
    await expect(stampOf()).rejects.toMatchObject({ code: 'feed-closed' });
    await change('open = true');
  });

  it('undoes everything of a batch that it cannot write as a whole', async () => {
    const { tenantId, boxId } = await openBox(sample.store, { limits: [3, null] });
    const before = await sample.store.log.headPosition();
    const tries = [boxId, newId(), boxId, boxId, boxId].map((id) =>
      toLetter(sample.store, post(id), { tenantId, isNew: true }),
    );
    const results = await Promise.allSettled(tries);
    expect(results.map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.code))).toEqual([
      'done',
      'feed-missing',
      'done',
      'done',
      'limit',
    ]);
    expect(await sample.store.log.headPosition()).toBe(before + 3);
    await expectDense();
  });

  it('lets one of two letters of one name in, whoever of two processes is first', async () => {
    const { tenantId, boxId } = await openBox(sample.store);
    const other = await sample.another();
    const ids = Array.from({ length: 30 }, () => newId());
    const results = await Promise.allSettled(
      ids.flatMap((id) =>
        [sample.store, other].map((store) => toLetter(store, post(boxId), { tenantId, id, isNew: true })),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(30);
    for (const result of results) if (result.status === 'rejected') expect(result.reason.code).toBe('letter-exists');
    const log = await logOf(tenantId);
    expect(log).toHaveLength(31);
    expectStamps(log);
  });

  it('agrees with a simple model of feeds, limits and stamps, whatever comes at the same time', async () => {
    const step = fc.record({
      box: fc.nat(2),
      to: fc.nat(2),
      letter: fc.nat(11),
      grams: fc.nat(4),
      what: fc.constantFrom('post', 'post', 'post', 'move', 'read', 'purge', 'share'),
      second: fc.boolean(),
    });
    const other = await sample.another();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 24 }), { maxLength: 4 }), async (rounds) => {
        const tenantId = newId();
        const limits = [
          [4, null],
          [null, 9],
          [20, 40],
        ];
        const boxes: string[] = [];
        for (const limit of limits) boxes.push((await openBox(sample.store, { tenantId, limits: limit })).boxId);
        const letters = Array.from({ length: 12 }, () => newId());
        for (const round of rounds) {
          const tries = round.map(({ box, to, letter: n, grams, what, second }) => {
            const store = second ? other : sample.store;
            const [boxId = '', toId = '', id = ''] = [boxes[box], boxes[to], letters[n]];
            if (what === 'share')
              return toBox(store, { type: 'ShareBox', data: { access: { grams } } }, { tenantId, id: boxId });
            if (what === 'post') return toLetter(store, post(boxId, grams), { tenantId, id });
            if (what === 'move') return toLetter(store, { type: 'MoveLetter', data: { to: toId } }, { tenantId, id });
            return toLetter(
              store,
              { type: what === 'read' ? 'ReadLetter' : 'PurgeLetter', data: {} },
              { tenantId, id },
            );
          });
          for (const result of await Promise.allSettled(tries)) {
            if (result.status === 'rejected') {
              expect(['limit', 'letter-exists', 'letter-not-found']).toContain(result.reason.code);
            }
          }
        }
        const log = await logOf(tenantId);
        expectStamps(log);
        for (const { type, stamps } of log) {
          if (type === 'LetterPurged' || type === 'LetterRead' || type === 'BoxShared') continue;
          for (const [role, { feedId, counters }] of Object.entries(stamps)) {
            const limit = limits[boxes.indexOf(feedId)];
            if (role === 'from') continue;
            for (const [j, counter] of counters.entries()) {
              expect(counter).toBeLessThanOrEqual(limit?.[j] ?? Number.POSITIVE_INFINITY);
            }
          }
        }
      }),
      { numRuns: 15, endOnFailure: true },
    );
    expect(await verifyFeeds(sample.store, kinds)).toEqual([]);
  });
});
