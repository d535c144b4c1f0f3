import type { EventStore } from '../store/store.ts';
import { type AnyAggregate, Replay, type ReplayedChange, replayAll } from './replay.ts';
import { longSession } from './session.ts';

/** What a feed's row says, or what its events say. */
export interface FeedNumbers {
  open: boolean;
  sequence: number;
  counters: number[];
}

export interface FeedDifference {
  tenantId: string;
  feedId: string;
  /** Null: there is no row. */
  stored: FeedNumbers | null;
  /** Null: there are no events. */
  counted: FeedNumbers | null;
}

interface Count extends FeedNumbers {
  tenantId: string;
  feedId: string;
  /** Position of the event that last opened or closed the feed. */
  openSetAt: number;
}

/**
 * Counts every feed from the events, on one snapshot of the database, and tells which rows say something else.
 *
 * @param aggregates every kind of stream that changes feeds
 */
export async function verifyFeeds(store: EventStore, aggregates: readonly AnyAggregate[]): Promise<FeedDifference[]> {
  const session = await longSession(store.url, 'aftertone verify');
  try {
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const counts = new Map<string, Count>();
    const replay = new Replay(aggregates, { changed: (change) => count(counts, change) });
    const plan = { replay, aggregates, through: await store.log.headPosition(session), pageSize: 5_000 };
    await replayAll(session, store.ring, plan, async () => undefined);
    const { rows } = await session.query<FeedNumbers & { tenant_id: string; feed_id: string }>(
      'SELECT tenant_id, feed_id, open, sequence, counters FROM feed',
    );
    const stored = new Map(rows.map((row) => [`${row.tenant_id}/${row.feed_id}`, row]));
    return [...new Set([...stored.keys(), ...counts.keys()])].flatMap((name) => {
      const [row, sum] = [stored.get(name), counts.get(name)];
      const [said, counted] = [row === undefined ? null : numbers(row), sum === undefined ? null : numbers(sum)];
      if (JSON.stringify(said) === JSON.stringify(counted)) return [];
      const [tenantId = '', feedId = ''] = [row?.tenant_id ?? sum?.tenantId, row?.feed_id ?? sum?.feedId];
      return [{ tenantId, feedId, stored: said, counted }];
    });
  } finally {
    await session.end();
  }
}

function count(counts: Map<string, Count>, { aggregate, before, events }: ReplayedChange): void {
  let state = before;
  for (const event of events) {
    const { tenantId, streamId, version, meta, at, position } = event;
    const next = aggregate.decider.evolve(state, event);
    const context = { tenantId, id: streamId.slice(aggregate.type.length + 1), streamId, version, meta, at };
    for (const { feedId, delta = [], take, set } of aggregate.feeds?.(state, next, event, context) ?? []) {
      const name = `${tenantId}/${feedId}`;
      const sum = counts.get(name) ?? { tenantId, feedId, open: true, sequence: 0, counters: [], openSetAt: 0 };
      counts.set(name, sum);
      sum.sequence += take;
      delta.forEach((amount, index) => {
        sum.counters[index] = (sum.counters[index] ?? 0) + amount;
      });
      // Streams are read one after another: of two that open and close a feed, the later position counts.
      if (set?.open !== undefined && position > sum.openSetAt) {
        sum.open = set.open;
        sum.openSetAt = position;
      }
    }
    state = next;
  }
}

/** Counters that are zero at the end say nothing: a feed that never used them may not have them. */
function numbers({ open, sequence, counters }: FeedNumbers): FeedNumbers {
  const used = counters.map((value) => value ?? 0);
  while (used.length > 0 && used.at(-1) === 0) used.pop();
  return { open, sequence, counters: used };
}
