import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBox, type SampleStore, sampleStore, toLetter } from '../test-support/sample-store.ts';
import { prune, startHousekeeping } from './housekeeping.ts';

let sample: SampleStore;
beforeAll(async () => {
  sample = await sampleStore();
});
afterAll(() => sample.close());

const daysAgo = (days: number): string => new Date(Date.now() - days * 24 * 3_600_000).toISOString();

/** One command per age, each with a deduplication key and an inbox entry named after it. */
async function commandsOf(...ages: number[]): Promise<void> {
  const { tenantId, boxId } = await openBox(sample.store);
  for (const days of ages) {
    await toLetter(
      sample.store,
      { type: 'PostLetter', data: { boxId, grams: 1 } },
      {
        ...{ tenantId, isNew: true, now: daysAgo(days) },
        dedup: { actor: 'a', route: 'r', key: `${days} days`, bodyHash: 'h', result: null },
        inbox: { consumer: `${days} days`, eventId: newId() },
      },
    );
  }
}

const left = async () =>
  (
    await sample.store.pool.query(
      `SELECT ARRAY(SELECT key FROM command_dedup ORDER BY at) AS dedup, ARRAY(SELECT consumer FROM inbox ORDER BY at) AS inbox`,
    )
  ).rows[0];

it('takes away keys after a day and inbox entries after fifteen, however many there are', async () => {
  await commandsOf(20, 17, 16, 14, 2, 0);
  const pruned = await prune({ store: sample.store, batchSize: 2 }, new AbortController().signal);
  expect(pruned).toEqual({ inbox: 3, dedup: 5 });
  expect(await left()).toEqual({ dedup: ['0 days'], inbox: ['14 days', '2 days', '0 days'] });
});

it('does so by itself', async () => {
  await commandsOf(30);
  const housekeeping = startHousekeeping({ store: sample.store, everyMs: 20, inboxMs: 0, dedupMs: 0 });
  await eventually(async () => expect(await left()).toEqual({ dedup: [], inbox: [] }));
  await housekeeping.stop();
});
