import { percentile } from './figures.ts';

/** What a closed loop did: operations per second and latencies in milliseconds. */
export interface LoopFigures {
  perSecond: number;
  p50: number;
  p99: number;
}

/** Keeps `inFlight` calls of `once` going for `seconds` after a warm-up of a quarter of that. A failing call ends it. */
export const closedLoop = async (
  once: () => Promise<void>,
  { inFlight, seconds }: { inFlight: number; seconds: number },
): Promise<LoopFigures> => {
  const start = performance.now() + (seconds * 1000) / 4;
  const end = start + seconds * 1000;
  const latencies: number[] = [];
  const caller = async (): Promise<void> => {
    for (let began = performance.now(); began < end; began = performance.now()) {
      await once();
      const done = performance.now();
      if (began >= start && done <= end) latencies.push(done - began);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  latencies.sort((a, b) => a - b);
  return { perSecond: latencies.length / seconds, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
};
