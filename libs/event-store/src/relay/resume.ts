import type { RelayTarget } from '../types.ts';
import type { Checkpoint } from './checkpoint.ts';

export type BusState = Awaited<ReturnType<RelayTarget['inspect']>>;

/** Where to go on: with the events after `position`, without what `held` says is there already. */
export interface Start {
  position: number;
  /** The last message that the stream holds, when its event may have more parts that it does not hold. */
  held: { position: number; part: number } | null;
  reason: 'stream' | 'checkpoint' | 'wiped' | 'log-restored';
}

/**
 * Decides where a relay goes on. The stream itself is asked first: what it holds is published, and a tail it has lost is
 * published again. The checkpoint answers only where the stream cannot.
 *
 * @param head last position of the log
 * @returns for `wiped` no position: it is the one before the first event that is young enough
 */
export function resume(checkpoint: Checkpoint, bus: BusState, head: number): Start | { reason: 'wiped' } {
  const { last } = bus;
  const known = checkpoint.busCreatedAt;
  const sameStream = known === bus.createdAt || (known === null && last !== null);
  if (!sameStream) return { reason: 'wiped' };
  if (last === null) {
    // Messages that were too old leave their numbers behind. Numbers that are gone were lost together with messages, and
    // nobody knows which.
    const lost = checkpoint.lastSequence !== null && bus.lastSequence < checkpoint.lastSequence;
    return lost ? { reason: 'wiped' } : { position: checkpoint.position, held: null, reason: 'checkpoint' };
  }
  // The stream is ahead of the log: the database was restored from a backup. Its positions are used a second time, so
  // the stream says nothing about them; the checkpoint is as old as the log is.
  if (last.position > head) {
    return { position: Math.min(checkpoint.position, head), held: null, reason: 'log-restored' };
  }
  // Nothing was published or lost since the checkpoint: events that publish nothing are not read again.
  const { published } = checkpoint;
  if (published?.position === last.position && published.part === last.part) {
    return { position: checkpoint.position, held: null, reason: 'checkpoint' };
  }
  return { position: last.position - 1, held: last, reason: 'stream' };
}
