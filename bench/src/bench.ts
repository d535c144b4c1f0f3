import type { Table } from './table.ts';

export interface BenchOptions {
  /** How long one figure is measured, seconds. */
  seconds: number;
  /** How often; what is printed is the median. */
  runs: number;
  /** Also what takes long: a million messages, 100,000 in one mailbox. */
  full: boolean;
}

/** A benchmark of `npm run bench`; it is known by its line in `benches.ts`. */
export interface Bench {
  /** As it is called on the command line. */
  name: string;
  /** One line for `--list`. */
  measures: string;
  /** Prepares, measures, and clears up whatever happened. Throws when what it measures is not done right. */
  run(options: BenchOptions): Promise<Table[]>;
}
