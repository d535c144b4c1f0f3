import { percentile } from './figures.ts';
import { paced } from './load/pace.ts';

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
  const { latencies, completed } = await paced(once, { pace: { inFlight }, seconds, warmUpSeconds: seconds / 4 });
  latencies.sort((a, b) => a - b);
  return { perSecond: completed / seconds, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
};
