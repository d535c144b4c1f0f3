import { pause } from '../elected/elections.ts';
import type { Session } from '../elected/session.ts';
import type { EventStore } from '../store/store.ts';
import type { Follower } from '../tail/log-tail.ts';
import type { RecordedEvent } from '../types.ts';
import { ReactionCheckpoint } from './checkpoint.ts';

export interface ReactionOptions {
  store: EventStore;
  /** Names the checkpoint: a renamed reaction begins anew. */
  name: string;
  /**
   * Does what follows from the events, in order of position. It sees events again after a kill, those of the last second
   * and more: commands it sends are idempotent.
   */
  handle(events: readonly RecordedEvent[]): Promise<void>;
  /** Types of events that it is given; all when not given. Others cost it nothing. */
  types?: readonly string[];
  /** Where a reaction without a checkpoint begins: at the first event (default), or with what comes from now on. */
  from?: 'start' | 'now';
  /** Events given to `handle` at once; default 100. After a failure one by one. */
  pageSize?: number;
  /** How often the checkpoint is written at most; default 1,000 ms. */
  checkpointMs?: number;
  /** How often a waiting process looks whether it is its turn; default 1,000 ms. */
  takeOverMs?: number;
}

export interface Reaction {
  isLeader(): boolean;
  /** Position up to which everything is handled; -1 while another process does it. */
  position(): number;
  stop(): Promise<void>;
}

/** How often one that waits looks up, in milliseconds. */
const lookUpMs = 10_000;
/** Events that are none of its business before it notes how far it is. */
const passedOver = 10_000;

/**
 * Follows the service's own log: one process at a time, at least once, in order. A failure is tried again, with growing
 * pauses, for ever: what follows from an event has to happen.
 */
export function startReaction(options: ReactionOptions): Reaction {
  const { store, name } = options;
  let follower: Follower | null = null;
  const elected = store.elections.run(
    { name: `reaction ${name}`, takeOverMs: options.takeOverMs ?? 1_000 },
    async (session, signal) => {
      const times = { everyMs: options.checkpointMs ?? 1_000, passedOver };
      const checkpoint = await ReactionCheckpoint.begin(session, name, options.from ?? 'start', times);
      follower = store.tail.follow(session, checkpoint.position);
      try {
        await react(options, { session, signal, checkpoint, follower });
      } finally {
        follower.close();
        follower = null;
      }
    },
  );
  return {
    isLeader: elected.isLeader,
    position: () => follower?.position ?? -1,
    stop: elected.stop,
  };
}

interface ReactionTerm {
  session: Session;
  signal: AbortSignal;
  checkpoint: ReactionCheckpoint;
  follower: Follower;
}

async function react(options: ReactionOptions, { session, signal, checkpoint, follower }: ReactionTerm): Promise<void> {
  const { store, name, handle, pageSize = 100 } = options;
  const types = options.types === undefined ? undefined : new Set(options.types);
  for (let failures = 0; !signal.aborted; ) {
    const { events, through } = await follower.next({
      after: checkpoint.position,
      limit: failures > 0 ? 1 : pageSize,
      types,
      waitMs: checkpoint.dueInMs ?? lookUpMs,
      signal,
    });
    try {
      if (events.length > 0) await handle(events);
    } catch (error) {
      store.logger.error(
        { name, position: events[0]?.position, failures, err: error },
        'reaction failed; it is tried again',
      );
      await pause(Math.min(100 * 2 ** failures, 30_000), signal);
      failures += 1;
      continue;
    }
    if (events.length > 0) failures = 0;
    await checkpoint.move(through, events.length > 0);
  }
  if (!session.lost.aborted) await checkpoint.write();
}
