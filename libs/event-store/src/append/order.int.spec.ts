import { newId } from '@aftertone/kernel';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBox, type SampleStore, sampleStore, toBox, toLetter } from '../test-support/sample-store.ts';

let sample: SampleStore;
beforeEach(async () => {
  sample = await sampleStore();
});
afterEach(() => sample.close());

/** Follows a table by number as fast as it can, as a relay would, until `through` is read. Returns what it saw. */
async function follow(url: string, table: string, until: () => number): Promise<number[]> {
  const session = new pg.Client({ connectionString: url });
  await session.connect();
  const seen: number[] = [];
  try {
    for (let last = 0; last < until(); ) {
      const { rows } = await session.query<{ position: string }>(
        `SELECT position FROM ${table} WHERE position > $1 ORDER BY position LIMIT 500`,
        [last],
      );
      for (const { position } of rows) seen.push(Number(position));
      last = seen.at(-1) ?? last;
    }
  } finally {
    await session.end();
  }
  return seen;
}

describe('a reader that follows positions', () => {
  it('loses what commits late when positions are given before the commit (the trap)', async () => {
    const { pool } = sample.store;
    await pool.query('CREATE TABLE naive (position bigserial PRIMARY KEY)');
    const [slow, quick] = await Promise.all([pool.connect(), pool.connect()]);
    await slow.query('BEGIN; INSERT INTO naive DEFAULT VALUES'); // position 1, not committed yet
    await quick.query('INSERT INTO naive DEFAULT VALUES'); // position 2
    const seen = await follow(sample.url, 'naive', () => 2);
    await slow.query('COMMIT');
    slow.release();
    quick.release();
    expect(seen).toEqual([2]);
  });

  it('sees every event once and in order while two stores write as fast as they can', async () => {
    const stores = [sample.store, await sample.another()];
    const { tenantId, boxId } = await openBox(sample.store);
    const perWriter = 40;
    let last = Number.POSITIVE_INFINITY;
    const reading = Promise.all([0, 1].map(() => follow(sample.url, 'event', () => last)));
    await Promise.all(
      Array.from({ length: 32 }, async (_, writer) => {
        const store = stores[writer % 2] ?? sample.store;
        for (let n = 0; n < perWriter; n += 1) {
          // Refused and empty commands in between: they take no position.
          const data = { boxId: n % 10 === 3 ? newId() : boxId, grams: 1 };
          const posting = toLetter(store, { type: 'PostLetter', data }, { tenantId, isNew: true });
          if (n % 10 === 3) await expect(posting).rejects.toMatchObject({ code: 'feed-missing' });
          else await posting;
        }
      }),
    );
    const head = await sample.store.log.headPosition();
    last = head;
    const written = 1 + 32 * perWriter * 0.9;
    expect(head).toBe(written);
    for (const seen of await reading) expect(seen).toEqual(Array.from({ length: written }, (_, n) => n + 1));
  });

  it('sees the versions of each stream in their order, also of one that two stores fight for', async () => {
    const stores = [sample.store, await sample.another()];
    const boxes = await Promise.all(Array.from({ length: 3 }, () => openBox(sample.store)));
    await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        for (let n = 0; n < 10; n += 1) {
          const { tenantId, boxId } = boxes[(writer + n) % 3] ?? { tenantId: '', boxId: '' };
          const share = { type: 'ShareBox' as const, data: { access: { n } } };
          await toBox(stores[writer % 2] ?? sample.store, share, { tenantId, id: boxId });
        }
      }),
    );
    const log = await sample.store.log.readAll(0, 1_000);
    expect(log.map(({ position }) => position)).toEqual(Array.from({ length: 163 }, (_, n) => n + 1));
    for (const { boxId } of boxes) {
      const versions = log.filter(({ streamId }) => streamId === `box-${boxId}`).map(({ version }) => version);
      expect(versions).toEqual(versions.map((_, n) => n + 1));
    }
  });
});
