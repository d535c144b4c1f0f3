import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type PacedFigures, type PacedRun, paced } from './pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Runs with calls that take so long each, until the last of them has ended. */
const figuresOf = async (ms: number, run: PacedRun): Promise<PacedFigures> => {
  const figures = paced(() => pause(ms), run);
  await vi.runAllTimersAsync();
  return figures;
};

it('counts what ends in the window of a closed loop, and all latencies of what begins in it', async () => {
  // Calls from 0, 400, 800, 1200 and 1600 on; the window goes from 500 to 1700.
  const run = { pace: { inFlight: 1 }, seconds: 1.2, warmUpSeconds: 0.5 };
  expect(await figuresOf(400, run)).toEqual({ latencies: [400, 400, 400], completed: 3, seconds: 1.2 });
});

it('is not blind to calls longer than the window', async () => {
  const run = { pace: { inFlight: 3 }, seconds: 1, warmUpSeconds: 0.5 };
  expect(await figuresOf(1_200, run)).toEqual({ latencies: [1_200, 1_200, 1_200], completed: 3, seconds: 1 });
});

it('charges a rate for all that wait behind a pause, from when they were due', async () => {
  let free = Promise.resolve();
  const oneAtATime = (): Promise<void> => {
    free = free.then(() => pause(200));
    return free;
  };
  const figures = paced(oneAtATime, { pace: { perSecond: 10 }, seconds: 0.3, warmUpSeconds: 0 });
  await vi.runAllTimersAsync();
  const { latencies, completed, seconds } = await figures;
  expect(latencies.map(Math.round)).toEqual([200, 300, 400]);
  expect([completed, seconds]).toEqual([3, 0.6]);
});
