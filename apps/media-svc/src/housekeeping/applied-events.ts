/**
 * The span of time whose events of mailbox-svc have all been applied here: whatever happened there from `since` to
 * `through` is known. It is what a recording must have outlived before it is taken for unused (docs/decisions/0003).
 */
export interface AppliedEvents {
  since: string;
  /** Null until the first event. */
  through: string | null;
  /** The bus's stream, and the last place in it up to which everything has been applied. */
  streamCreatedAt: string;
  streamSequence: number;
  /** When nothing waited for our consumer, as far as is known: all that had happened until then was applied. */
  caughtUpAt: string | null;
}

/** What the bus says about the stream and about our consumer on it. */
export interface StreamObservation {
  createdAt: string;
  firstSequence: number;
  lastSequence: number;
  /** Time of the oldest event it still holds; null when it holds none. */
  oldestAt: string | null;
  /** Every event up to this place is applied, or lies in the dead letters. 0: none yet. */
  reachedSequence: number;
  /** Time of the event at that place; null when the stream does not hold it any more. */
  reachedAt: string | null;
  /** Nothing waits for our consumer. */
  caughtUp: boolean;
  /** So long the stream keeps each event, milliseconds; 0: it promises no time. */
  keepsMs: number;
  /** By our clock, before anything of this was seen. */
  at: string;
}

/**
 * Takes an observation in. Events leave the bus after some days, and a bus may be lost: when some may have gone before
 * they were applied, the span begins anew behind the gap, and what was stored before it is never taken for unused.
 *
 * @returns the same `since` as before unless there may be a gap
 */
export const observe = (known: AppliedEvents | null, seen: StreamObservation): AppliedEvents => {
  // A new stream that is still empty tells nothing: the log is about to fill it again.
  if (known !== null && known.streamCreatedAt !== seen.createdAt && seen.lastSequence === 0) return known;
  const streamCreatedAt = seen.createdAt;
  if (known === null || !isGapless(known, seen)) {
    return {
      since: firstSince(known, seen),
      through: seen.reachedAt,
      streamCreatedAt,
      streamSequence: seen.reachedSequence,
      caughtUpAt: seen.caughtUp ? seen.at : null,
    };
  }
  const isSame = known.streamCreatedAt === seen.createdAt;
  return {
    since: known.since,
    through: later(known.through, seen.reachedAt),
    streamCreatedAt,
    streamSequence: isSame ? Math.max(known.streamSequence, seen.reachedSequence) : seen.reachedSequence,
    caughtUpAt: seen.caughtUp ? seen.at : known.caughtUpAt,
  };
};

const isGapless = (known: AppliedEvents, seen: StreamObservation): boolean => {
  if (wasCaughtUpLately(known, seen)) return true;
  if (known.streamCreatedAt === seen.createdAt) return seen.firstSequence <= known.streamSequence + 1;
  // A new stream is filled again from the log: without a gap if it begins no later than where we were.
  return known.through !== null && seen.oldestAt !== null && seen.oldestAt <= known.through;
};

/**
 * Whether nothing that came since we had caught up can be old enough to have left the bus, nor to be left out when a lost
 * one is filled again. What is missing then was erased with a purged message, which plays nothing. Half the time is for
 * clocks that differ.
 */
const wasCaughtUpLately = ({ caughtUpAt }: AppliedEvents, { at, keepsMs }: StreamObservation): boolean => {
  if (caughtUpAt === null) return false;
  const agoMs = Date.parse(at) - Date.parse(caughtUpAt);
  return agoMs >= 0 && agoMs < keepsMs / 2;
};

const firstSince = (known: AppliedEvents | null, seen: StreamObservation): string => {
  const isWhole = known === null && seen.firstSequence <= 1;
  if (isWhole) return earlier(seen.createdAt, seen.oldestAt);
  return seen.oldestAt ?? seen.at;
};

const later = (one: string | null, other: string | null): string | null =>
  one === null || (other !== null && other > one) ? other : one;

const earlier = (one: string, other: string | null): string => (other !== null && other < one ? other : one);
