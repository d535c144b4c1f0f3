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

/** ISO time of the next attempt, or null when the notification would then be too old. */
export const nextAttemptAt = (
  { delaysMs, giveUpAfterMs }: RetrySchedule,
  { n, since, now, retryAfterMs, jitter = 0 }: FailedAttempt,
): string | null => {
  const delay = delaysMs[Math.min(n, delaysMs.length) - 1] ?? delaysMs[0];
  const at = now.getTime() + Math.round(Math.max(delay, retryAfterMs) * (1 + longestJitter * jitter));
  return at > Date.parse(since) + giveUpAfterMs ? null : new Date(at).toISOString();
};
