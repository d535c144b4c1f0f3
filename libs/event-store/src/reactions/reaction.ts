import type pg from 'pg';
import { pause, runElected } from '../elected/elected.ts';
import { Wake } from '../elected/wake.ts';
import type { EventStore } from '../store/store.ts';
import type { RecordedEvent } from '../types.ts';

export interface ReactionOptions {
  store: EventStore;
  /** Names the checkpoint: a renamed reaction begins anew. */
  name: string;
  /** Does what follows from the events, in order of position. It may see an event again: commands it sends are idempotent. */
  handle(events: readonly RecordedEvent[]): Promise<void>;
  /** Where a reaction without a checkpoint begins: at the first event (default), or with what comes from now on. */
  from?: 'start' | 'now';
  /** Events given to `handle` at once; default 100. After a failure one by one. */
  pageSize?: number;
  /** First pause at the end of the log; default 50 ms. */
  pollMs?: number;
  /** Longest pause at the end of the log; default 500 ms. */
  idlePollMs?: number;
  /** How often a waiting process looks whether it is its turn; default 1,000 ms. */
  takeOverMs?: number;
}

export interface Reaction {
  isLeader(): boolean;
  /** Position up to which everything is handled; -1 while another process does it. */
  position(): number;
  stop(): Promise<void>;
}

/**
 * Follows the service's own log: one process at a time, at least once, in order. A failure is tried again, with growing
 * pauses, for ever: what follows from an event has to happen.
 */
export function startReaction(options: ReactionOptions): Reaction {
  const { store, name, handle, pageSize = 100 } = options;
  const wake = new Wake({ pollMs: options.pollMs ?? 50, idlePollMs: options.idlePollMs ?? 500 }, store.onAppended);
  let position = -1;
  const elected = runElected(
    { url: store.url, name: `reaction ${name}`, takeOverMs: options.takeOverMs ?? 1_000, logger: store.logger },
    async (session, signal) => {
      const term = await beginTerm(session, name, options.from ?? 'start');
      position = term.position;
      let failures = 0;
      while (!signal.aborted) {
        const events = await store.log.readAll(position, failures > 0 ? 1 : pageSize, session);
        const last = events.at(-1);
        if (last === undefined) {
          await wake.idle(signal);
          continue;
        }
        wake.busy();
        try {
          await handle(events);
        } catch (error) {
          store.logger.error(
            { name, position: events[0]?.position, failures, err: error },
            'reaction failed; it is tried again',
          );
          await pause(Math.min(100 * 2 ** failures, 30_000), signal);
          failures += 1;
          continue;
        }
        await writePosition(session, name, term.epoch, last.position);
        position = last.position;
        failures = 0;
      }
    },
  );
  return {
    isLeader: elected.isLeader,
    position: () => (elected.isLeader() ? position : -1),
    stop: async () => {
      await elected.stop();
      wake.close();
    },
  };
}

interface TermStart {
  epoch: number;
  position: number;
}

async function beginTerm(session: pg.Client, name: string, from: 'start' | 'now'): Promise<TermStart> {
  const { rows } = await session.query<TermStart>(
    `INSERT INTO reaction_checkpoint (name, epoch, position)
       SELECT $1, 1, CASE WHEN $2 THEN position ELSE 0 END FROM log_head
     ON CONFLICT (name) DO UPDATE SET epoch = reaction_checkpoint.epoch + 1 RETURNING epoch, position`,
    [name, from === 'now'],
  );
  return rows[0] ?? { epoch: 0, position: 0 };
}

async function writePosition(session: pg.Client, name: string, epoch: number, position: number): Promise<void> {
  const { rowCount } = await session.query({
    name: 'reaction-checkpoint',
    text: 'UPDATE reaction_checkpoint SET position = $3 WHERE name = $1 AND epoch = $2',
    values: [name, epoch, position],
  });
  if (rowCount !== 1) throw new Error(`another process has taken over reaction "${name}"`);
}
