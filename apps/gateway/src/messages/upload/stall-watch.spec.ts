import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchForStall } from './stall-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const stallMs = 1_000;

/** A sender whose bytes are counted by hand. */
const watched = () => {
  const source = new PassThrough();
  const stalled = vi.fn();
  let arrived = 0;
  const unwatch = watchForStall(source, () => arrived, stallMs, stalled);
  return { source, stalled, unwatch, send: () => (arrived += 100) };
};

it('notices a stall a quarter of its time late at most, also when something came just after the watch began', () => {
  const { stalled, send, unwatch } = watched();
  vi.advanceTimersByTime(1);
  send();
  vi.advanceTimersByTime(stallMs - 1);
  expect(stalled).not.toHaveBeenCalled();
  vi.advanceTimersByTime(stallMs / 4);
  expect(stalled).toHaveBeenCalled();
  unwatch();
});

it('lets a slow sender be, and one whose bytes are not taken', () => {
  const { source, stalled, send, unwatch } = watched();
  for (let n = 0; n < 10; n += 1) {
    vi.advanceTimersByTime(stallMs * 0.9);
    send();
  }
  source.write('waiting to be taken');
  vi.advanceTimersByTime(stallMs * 5);
  expect(stalled).not.toHaveBeenCalled();
  unwatch();
});

it('ends with the watch', () => {
  const { stalled, unwatch } = watched();
  unwatch();
  vi.advanceTimersByTime(stallMs * 5);
  expect(stalled).not.toHaveBeenCalled();
});
