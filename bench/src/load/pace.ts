/**
 * How load is made. At a rate a request is due at its time, whatever became of those before it, and its latency counts
 * from then: a server that pauses is charged for all who wait meanwhile (no coordinated omission). In a closed loop the
 * next begins when the last has ended; that finds the highest throughput, not the latency at any rate.
 */
export type Pace = { perSecond: number } | { inFlight: number };

export interface PacedRun {
  pace: Pace;
  seconds: number;
  /** Calls that begin in these seconds before are not counted. */
  warmUpSeconds: number;
  /** At a rate: which share of the first interval passes before the first call, so that several processes take turns. */
  offset?: number;
}

export interface PacedFigures {
  /** Milliseconds of each call that began (at a rate: was due) in the counted time, in no order; all were awaited. */
  latencies: number[];
  /**
   * Calls that ended in `seconds`. In a closed loop also those that had begun before, and without those that went on
   * behind the end: what is under way at one edge makes up for what is at the other.
   */
  completed: number;
  /** The counted time; at a rate up to the end of its last call. */
  seconds: number;
}

/** `due`: when the call should have begun, on the clock of `performance.now()`. */
type Once = (n: number, due: number) => Promise<void>;

const begin = ({ warmUpSeconds, seconds }: PacedRun): { start: number; end: number } => {
  const start = performance.now() + warmUpSeconds * 1000;
  return { start, end: start + seconds * 1000 };
};

const closed = async (once: Once, inFlight: number, run: PacedRun): Promise<PacedFigures> => {
  const { start, end } = begin(run);
  const latencies: number[] = [];
  let [n, completed] = [0, 0];
  const caller = async (): Promise<void> => {
    for (let began = performance.now(); began < end; began = performance.now()) {
      await once(n++, began);
      const done = performance.now();
      if (done >= start && done <= end) completed += 1;
      if (began >= start) latencies.push(done - began);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return { latencies, completed, seconds: run.seconds };
};

const open = async (once: Once, perSecond: number, run: PacedRun): Promise<PacedFigures> => {
  const { start, end } = begin(run);
  const intervalMs = 1000 / perSecond;
  const latencies: number[] = [];
  const calls: Promise<void>[] = [];
  let last = start;
  const call = async (due: number, n: number): Promise<void> => {
    await once(n, due);
    const done = performance.now();
    last = Math.max(last, done);
    if (due >= start) latencies.push(done - due);
  };
  let due = start - run.warmUpSeconds * 1000 + (run.offset ?? 0) * intervalMs;
  for (let n = 0; due < end; ) {
    for (const now = performance.now(); due <= now && due < end; due += intervalMs) calls.push(call(due, n++));
    const pause = due - performance.now();
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  await Promise.all(calls);
  return { latencies, completed: latencies.length, seconds: (last - start) / 1000 };
};

/** Calls `once` at this pace. Rejects when a call does. */
export const paced = (once: Once, run: PacedRun): Promise<PacedFigures> =>
  'inFlight' in run.pace ? closed(once, run.pace.inFlight, run) : open(once, run.pace.perSecond, run);
