/** When a failed notification is tried again. */
export interface RetrySchedule {
  /** Waits after the first, second, … failed attempt, in milliseconds; the last one goes on. */
  delaysMs: readonly [number, ...number[]];
  /** Age of the notification, in milliseconds, after which it is given up. */
  giveUpAfterMs: number;
}

export interface FailedAttempt {
  /** Number of the attempt, from 1. */
  n: number;
  /** Since when the notification is wanted: its age counts from here. */
  since: string;
  now: Date;
  /** So long the other side asks not to be tried, milliseconds. */
  retryAfterMs: number;
  /** From 0 to 1: how much of the longest delay on top; what failed together is not tried again together. */
  jitter?: number;
}

/** Share of the delay. */
const longestJitter = 0.1;

/**
 * ISO time of the next attempt, or null when the notification would then be too old by the schedule. A server that asks
 * for more time than is left gets what is left.
 */
export const nextAttemptAt = (
  { delaysMs, giveUpAfterMs }: RetrySchedule,
  { n, since, now, retryAfterMs, jitter = 0 }: FailedAttempt,
): string | null => {
  const delay = delaysMs[Math.min(n, delaysMs.length) - 1] ?? delaysMs[0];
  const after = (waitMs: number): number => now.getTime() + Math.round(waitMs * (1 + longestJitter * jitter));
  const latest = Date.parse(since) + giveUpAfterMs;
  if (after(delay) > latest) return null;
  return new Date(Math.min(after(Math.max(delay, retryAfterMs)), latest)).toISOString();
};
