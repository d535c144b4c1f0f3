import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FaultLog } from './fault-log.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const answered = (at: number, ms: number, status: number | 'broken' = 201) => ({ at, ms, status, detail: undefined });

it('takes the longest time from the end of a fault to an answer to what was asked after it', () => {
  const log = new FaultLog();
  const healed = log.note('stopped');
  vi.setSystemTime(2_000);
  healed();
  vi.setSystemTime(5_000);
  log.note('kill');
  const tries = [
    // Asked before the end, however late it was answered.
    ...[answered(1_500, 600), answered(2_100, 100, 503), answered(2_400, 50), answered(2_600, 10)],
    ...[answered(5_000, 900), answered(5_100, 30, 'broken'), answered(5_200, 80)],
  ];
  expect(log.longestRecovery(tries)).toBe(450);
  expect(log.longestRecovery(tries.slice(0, 2))).toBeNull();
  expect([...log.counts()]).toEqual([
    ['stopped', 1],
    ['kill', 1],
  ]);
});
