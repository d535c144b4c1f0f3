/** One time that a notification came, whole. */
export interface Arrival {
  /** Its identity, which every repeat has: from the Message-ID, or the `webhook-id`. */
  id: string;
  /** Whether its sender was told that it is taken. */
  accepted: boolean;
}

/** Arrivals by identity. */
export const byIdentity = (arrivals: readonly Arrival[]): Map<string, Arrival[]> =>
  Map.groupBy(arrivals, ({ id }) => id);
