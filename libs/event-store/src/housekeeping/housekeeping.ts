import { pause } from '../elected/elections.ts';
import type { EventStore } from '../store/store.ts';

export interface HousekeepingOptions {
  store: EventStore;
  /** Pause between two rounds; default 1 minute. */
  everyMs?: number;
  /** How long consumed events are remembered: longer than the bus keeps and repeats them; default 15 days. */
  inboxMs?: number;
  /** How long the result of a command is given again for its key; default 1 day. */
  dedupMs?: number;
  /** Rows that one statement takes away, so that none of them is long; default 1,000. */
  batchSize?: number;
}

export interface Housekeeping {
  stop(): Promise<void>;
}

const day = 24 * 3_600_000;

/** Takes away what has served its time, in one process at a time and in small bites. */
export function startHousekeeping(options: HousekeepingOptions): Housekeeping {
  const { store, everyMs = 60_000 } = options;
  return store.elections.run({ name: 'housekeeping', takeOverMs: everyMs }, async (_session, signal) => {
    while (!signal.aborted) {
      const pruned = await prune(options, signal);
      if (pruned.inbox + pruned.dedup > 0) store.logger.info(pruned, 'pruned');
      await pause(everyMs, signal);
    }
  });
}

/** One round: rows taken away per table. */
export async function prune(
  { store, inboxMs = 15 * day, dedupMs = day, batchSize = 1_000 }: HousekeepingOptions,
  signal: AbortSignal,
): Promise<{ inbox: number; dedup: number }> {
  const take = async (table: 'inbox' | 'command_dedup', olderThanMs: number): Promise<number> => {
    let total = 0;
    while (!signal.aborted) {
      const { rowCount } = await store.pool.query(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE at < $1 ORDER BY at LIMIT $2))`,
        [new Date(Date.now() - olderThanMs), batchSize],
      );
      total += rowCount ?? 0;
      if ((rowCount ?? 0) < batchSize) break;
    }
    return total;
  };
  return { inbox: await take('inbox', inboxMs), dedup: await take('command_dedup', dedupMs) };
}
