/** What a tail knows about a stream before it attaches. */
export interface StreamFacts {
  createdAt: string;
  firstSequence: number;
  lastSequence: number;
}

/** How far a tail has come. */
export interface Place {
  /** Which incarnation of the stream `sequence` belongs to. */
  createdAt: string;
  sequence: number;
  /** Last event, by its place in the service's log. */
  last: { position: number; part: number } | undefined;
  /** After a wipe the relay publishes again what we have seen: everything up to here is left out. */
  seenUntil: { position: number; part: number } | undefined;
}

export interface Start {
  /** First sequence to be delivered. */
  sequence: number;
  place: Place;
  /** Events may be missing before the first one. */
  gap: boolean;
}

/** Where a tail goes on: at the end of a stream it sees for the first time, else behind the last event it has seen. */
export const startOf = (stream: StreamFacts, place: Place | undefined, wasMissing: boolean): Start => {
  const { createdAt, firstSequence, lastSequence } = stream;
  if (place === undefined) {
    const sequence = wasMissing ? 0 : lastSequence;
    const begin = { createdAt, sequence, last: undefined, seenUntil: undefined };
    return { sequence: sequence + 1, place: begin, gap: true };
  }
  if (place.createdAt !== createdAt) {
    const anew = { createdAt, sequence: 0, last: place.last, seenUntil: place.last };
    return { sequence: 1, place: anew, gap: true };
  }
  // A stream that lost its end gives its numbers a second time, to the same events.
  const sequence = Math.min(place.sequence, lastSequence);
  return { sequence: sequence + 1, place: { ...place, sequence }, gap: firstSequence > place.sequence + 1 };
};

interface SeenAt {
  sequence: number;
  position: number;
  part: number;
}

/** Whether an event is one of those that a relay published again. */
export const wasSeen = ({ seenUntil }: Place, { position, part }: SeenAt): boolean =>
  seenUntil !== undefined &&
  (position < seenUntil.position || (position === seenUntil.position && part <= seenUntil.part));

/** The place behind an event. */
export const placeAfter = (place: Place, event: SeenAt): Place => {
  const { sequence, position, part } = event;
  return { ...place, sequence, last: wasSeen(place, event) ? place.last : { position, part } };
};
