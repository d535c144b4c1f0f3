import { expect, it } from 'vitest';
import { nextAttemptAt } from './retry-schedule.ts';

const schedule = { delaysMs: [5_000, 30_000, 3_600_000], giveUpAfterMs: 7_200_000 } as const;
const plannedAt = '2026-07-14T08:00:00.000Z';
const next = (n: number, now: string, retryAfterMs = 0) =>
  nextAttemptAt(schedule, { n, since: plannedAt, now: new Date(now), retryAfterMs });

it('waits longer after each failure, and the longest wait goes on', () => {
  expect(next(1, plannedAt)).toBe('2026-07-14T08:00:05.000Z');
  expect(next(2, '2026-07-14T08:00:06.000Z')).toBe('2026-07-14T08:00:36.000Z');
  expect(next(3, '2026-07-14T08:00:40.000Z')).toBe('2026-07-14T09:00:40.000Z');
  expect(next(9, '2026-07-14T08:00:40.000Z')).toBe('2026-07-14T09:00:40.000Z');
});

it('gives up when the next attempt would come too late', () => {
  expect(next(4, '2026-07-14T09:00:00.000Z')).toBe('2026-07-14T10:00:00.000Z');
  expect(next(4, '2026-07-14T09:00:00.001Z')).toBeNull();
});

it('waits as long as the other side asks', () => {
  expect(next(1, plannedAt, 60_000)).toBe('2026-07-14T08:01:00.000Z');
});

it('tries once more at the end when the other side asks for more time than is left', () => {
  expect(next(1, plannedAt, 99_999_999_000)).toBe('2026-07-14T10:00:00.000Z');
  expect(next(4, '2026-07-14T09:00:00.000Z', 3_600_001)).toBe('2026-07-14T10:00:00.000Z');
  expect(next(4, '2026-07-14T09:00:00.001Z', 60_000)).toBeNull();
});

it('spreads what failed together, and not beyond the end', () => {
  const spread = (retryAfterMs: number) =>
    nextAttemptAt(schedule, { n: 1, since: plannedAt, now: new Date(plannedAt), retryAfterMs, jitter: 1 });
  expect(spread(0)).toBe('2026-07-14T08:00:05.500Z');
  expect(spread(7_000_000)).toBe('2026-07-14T10:00:00.000Z');
});
