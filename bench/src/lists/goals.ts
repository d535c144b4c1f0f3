/** Milliseconds of one operation among so many messages. */
export interface Times {
  messages: number;
  p50: number;
  p99: number;
}

const QUICK_MS = 10;
/** Where a quick operation must be quick. */
const QUICK_AMONG: readonly number[] = [9_000, 100_000];
const MOST_TIMES = 2;

/** How often as long as among the fewest messages the middle call takes. */
export const ratioOf = ({ p50 }: Times, [fewest]: readonly Times[]): number => p50 / (fewest?.p50 ?? Number.NaN);

/** Whether the cost among many is at most twice that among the fewest. */
export const scales = (all: readonly Times[]): 'yes' | 'no' =>
  all.every((times) => ratioOf(times, all) <= MOST_TIMES) ? 'yes' : 'no';

/** Whether 99 of 100 calls take less than 10 ms among 9,000 and 100,000; else, whether at least half of them do. */
export const isQuick = (all: readonly Times[]): 'yes' | 'half of the calls' | 'no' => {
  const asked = all.filter(({ messages }) => QUICK_AMONG.includes(messages));
  if (asked.every(({ p99 }) => p99 < QUICK_MS)) return 'yes';
  return asked.every(({ p50 }) => p50 < QUICK_MS) ? 'half of the calls' : 'no';
};
