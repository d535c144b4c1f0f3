import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startCount } from './writers-count.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([
  ['between two messages', [100, 700, 150], 50],
  ['before the first', [700, 100, 150], 50],
  ['behind the last', [100, 150, 50], 700],
])('finds the longest stall %s', (_where, pauses, atTheEnd) => {
  const count = startCount();
  for (const pause of pauses) {
    vi.advanceTimersByTime(pause);
    count.add();
  }
  vi.advanceTimersByTime(atTheEnd);
  expect(count.end()).toEqual({ messages: 3, seconds: 1, longestStallMs: 700 });
});
