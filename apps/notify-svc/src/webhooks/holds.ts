/** A time in which a webhook was paused or turned off, ISO 8601; `to` null: it still is. */
export interface Hold {
  from: string;
  to: string | null;
}

/** Older ones are forgotten: what has waited since then counts as older by that much. */
const mostHolds = 100;

/** The holds after a change at this time. */
export const holdsAfter = (holds: readonly Hold[], isHeld: boolean, at: string): readonly Hold[] => {
  const last = holds.at(-1);
  const wasHeld = last !== undefined && last.to === null;
  if (isHeld === wasHeld) return holds;
  if (isHeld) return [...holds, { from: at, to: null }].slice(-mostHolds);
  return holds.map((hold) => (hold === last ? { ...hold, to: at } : hold));
};

/** How long of the time since then it was held, milliseconds. */
export const heldSince = (holds: readonly Hold[], since: string, now: Date): number => {
  const begin = Date.parse(since);
  const within = ({ from, to }: Hold): number =>
    (to === null ? now.getTime() : Date.parse(to)) - Math.max(Date.parse(from), begin);
  return holds.reduce((sum, hold) => sum + Math.max(0, within(hold)), 0);
};
