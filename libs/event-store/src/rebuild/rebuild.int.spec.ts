import { newId } from '@aftertone/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asTenant, openReader } from '../readers/reader.ts';
import { box, letter } from '../test-support/sample.ts';
import { LetterRow, openBox, type SampleStore, sampleStore, toBox, toLetter } from '../test-support/sample-store.ts';
import { type RebuildProgress, rebuild } from './rebuild.ts';
import { verifyFeeds } from './verify-feeds.ts';

let sample: SampleStore;
beforeEach(async () => {
  sample = await sampleStore();
});
afterEach(() => sample.close());

const aggregates = [box, letter];
const rows = async (): Promise<unknown[]> =>
  (await sample.store.pool.query('SELECT * FROM letter_list ORDER BY tenant_id, letter_id')).rows;

interface Letters {
  tenantId: string;
  boxId: string;
  ids: string[];
}

/** Letters of one tenant, some of them read, some purged. */
async function letters(count: number): Promise<Letters> {
  const { tenantId, boxId } = await openBox(sample.store);
  const ids = Array.from({ length: count }, () => newId());
  await Promise.all(ids.map((id, n) => post({ tenantId, boxId, ids }, id, n)));
  return { tenantId, boxId, ids };
}

async function post({ tenantId, boxId }: Letters, id: string, n: number): Promise<void> {
  const data = { boxId, grams: n, sender: `sender ${n}`, readAtOnce: n % 3 === 0 };
  await toLetter(sample.store, { type: 'PostLetter', data }, { tenantId, id, isNew: true });
  if (n % 5 === 0) await toLetter(sample.store, { type: 'PurgeLetter', data: {} }, { tenantId, id });
}

describe('rebuilding a read model', () => {
  it('gives the same rows, also after they were lost or spoiled', async () => {
    await Promise.all([letters(30), letters(23)]);
    const before = await rows();
    expect(before).toHaveLength(24 + 18);
    await sample.store.pool.query(`UPDATE letter_list SET status = 'spoiled'`);
    await sample.store.pool.query('DELETE FROM letter_list WHERE grams % 2 = 0');
    await rebuild({ store: sample.store, aggregates, tables: ['letter_list'], pageSize: 7 });
    expect(await rows()).toEqual(before);
  });

  it('loses nothing while writers go on, and they never fail', async () => {
    const some = await letters(300);
    const another = await sample.another();
    let going = true;
    let written = 0;
    const enough = 150; // 60 of the first 300 are purged, and 50 of these
    const writers = Promise.all(
      [sample.store, another].flatMap((store, lane) =>
        [0, 1].map(async (half) => {
          for (let n = 0; going || written < enough; n += 1) {
            const id = newId();
            const { tenantId, boxId } = some;
            const data = { boxId, grams: n, sender: `${lane}.${half}` };
            await toLetter(store, { type: 'PostLetter', data }, { tenantId, id, isNew: true });
            const old = some.ids[(n * 4 + lane * 2 + half) % some.ids.length] ?? '';
            if (n % 3 === 0) await toLetter(store, { type: 'PurgeLetter', data: {} }, { tenantId, id });
            else await toLetter(store, { type: 'ReadLetter', data: {} }, { tenantId, id: old }).catch(ifNotPurged);
            written += 1;
          }
        }),
      ),
    );
    const steps: RebuildProgress[] = [];
    const atStart = written;
    await rebuild({
      store: another,
      aggregates,
      tables: ['letter_list'],
      pageSize: 100,
      onProgress: (progress) => steps.push(progress),
    });
    expect(written).toBeGreaterThan(atStart);
    going = false;
    await writers;
    expect(steps.map(({ step }) => step)).toEqual(expect.arrayContaining(['fold', 'swap']));

    // What the inline projection wrote into the swapped table equals what a quiet rebuild makes of the events.
    const inline = await rows();
    expect(inline.length).toBeGreaterThan(300);
    await rebuild({ store: sample.store, aggregates, tables: ['letter_list'] });
    expect(await rows()).toEqual(inline);
    expect(await verifyFeeds(sample.store, aggregates)).toEqual([]);
  });

  it('leaves the table as it was: indexes, their names, row-level security, rights', async () => {
    const { tenantId } = await letters(3);
    const shape = async () =>
      (
        await sample.store.pool.query(
          `SELECT (SELECT array_agg(indexdef ORDER BY indexdef) FROM pg_indexes WHERE tablename = 'letter_list') AS indexes,
             (SELECT array_agg(conname || pg_get_constraintdef(oid) ORDER BY conname)
              FROM pg_constraint WHERE conrelid = 'letter_list'::regclass) AS constraints,
             (SELECT array_agg(polname || pg_get_expr(polqual, polrelid))
              FROM pg_policy WHERE polrelid = 'letter_list'::regclass) AS policies,
             (SELECT relacl::text || relrowsecurity FROM pg_class WHERE oid = 'letter_list'::regclass) AS rights,
             (SELECT count(*) FROM pg_class WHERE relname LIKE '%rebuild%') AS left_over,
             (SELECT count(*) FROM pg_proc WHERE proname LIKE '%rebuild%') AS functions_left_over`,
        )
      ).rows[0];
    const before = await shape();
    await rebuild({ store: sample.store, aggregates, tables: ['letter_list'] });
    expect(await shape()).toEqual(before);
    const reader = await openReader(sample.url, [LetterRow]);
    expect(await reader.query('SELECT * FROM letter_list')).toEqual([]);
    expect(await asTenant(reader, tenantId, (manager) => manager.count(LetterRow))).toBe(2);
    await reader.destroy();
  });

  it('waits for a query that holds the table, without holding up the writers for good', async () => {
    const some = await letters(5);
    const holder = await sample.store.pool.connect();
    await holder.query('BEGIN; SELECT count(*) FROM letter_list');
    const rebuilding = rebuild({ store: sample.store, aggregates, tables: ['letter_list'], lockTimeoutMs: 50 });
    for (let n = 0; n < 5; n += 1) await post(some, newId(), 1);
    await holder.query('COMMIT');
    holder.release();
    await rebuilding;
    expect(await rows()).toHaveLength(4 + 5);
  });

  it('refuses what is no read model, and leaves nothing when it fails', async () => {
    await letters(2);
    const broken = { ...letter, effects: () => ({ rows: [{ table: 'letter_list', op: 'upsert' as const, row: {} }] }) };
    await expect(rebuild({ store: sample.store, aggregates: [box, broken], tables: ['letter_list'] })).rejects.toThrow(
      'null value',
    );
    await expect(rebuild({ store: sample.store, aggregates, tables: ['feed'] })).rejects.toThrow('not registered');
    const { rows: left } = await sample.store.pool.query(`SELECT relname FROM pg_class WHERE relname LIKE '%rebuild%'`);
    expect(left).toEqual([]);
    expect(await rows()).toHaveLength(1);
  });
});

describe('verifying feeds', () => {
  it('finds what was changed behind the back of the log', async () => {
    const { tenantId, boxId } = await letters(4);
    const other = await openBox(sample.store);
    await toBox(sample.store, { type: 'CloseBox', data: {} }, { tenantId: other.tenantId, id: other.boxId });
    expect(await verifyFeeds(sample.store, aggregates)).toEqual([]);
    await sample.store.pool.query(`UPDATE feed SET counters[1] = 9 WHERE feed_id = $1`, [boxId]);
    await sample.store.pool.query('DELETE FROM feed WHERE feed_id = $1', [other.boxId]);
    const found = await verifyFeeds(sample.store, aggregates);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual({
      ...{ tenantId, feedId: boxId },
      stored: { open: true, sequence: 8, counters: [9, 6] },
      counted: { open: true, sequence: 8, counters: [3, 6] },
    });
    expect(found).toContainEqual({
      ...{ tenantId: other.tenantId, feedId: other.boxId, stored: null },
      counted: { open: false, sequence: 2, counters: [] },
    });
  });
});

/** A letter that another writer has purged cannot be read any more. */
function ifNotPurged(error: { code?: string }): void {
  expect(error.code).toBe('letter-not-found');
}
