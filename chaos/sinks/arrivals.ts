/** One time that a notification came, whole. */
export interface Arrival {
  /** Its identity, which every repeat has: from the Message-ID, or the `webhook-id`. */
  id: string;
  /** What its sender was told: that it is taken, that it is refused, or nothing whole, though it may have been kept. */
  answer: 'taken' | 'refused' | 'none';
}

/** Arrivals by identity, each in its order. */
export const byIdentity = (arrivals: readonly Arrival[]): Map<string, Arrival[]> =>
  Map.groupBy(arrivals, ({ id }) => id);
