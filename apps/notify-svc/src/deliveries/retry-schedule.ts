/** When a failed notification is tried again. */
export interface RetrySchedule {
  /** Waits after the first, second, … failed attempt, in milliseconds; the last one goes on. */
  delaysMs: readonly [number, ...number[]];
  /** Age of the notification, in milliseconds, after which it is given up. */
  giveUpAfterMs: number;
}

/** ISO time of the attempt after attempt `n`, or null when the notification would then be too old. */
export const nextAttemptAt = (
  { delaysMs, giveUpAfterMs }: RetrySchedule,
  { n, plannedAt, now }: { n: number; plannedAt: string; now: Date },
): string | null => {
  const delay = delaysMs[Math.min(n, delaysMs.length) - 1] ?? delaysMs[0];
  const at = now.getTime() + delay;
  return at > Date.parse(plannedAt) + giveUpAfterMs ? null : new Date(at).toISOString();
};
