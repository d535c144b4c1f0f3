import type { Table } from './table.ts';

export interface BenchOptions {
  /** How long one figure is measured, seconds. */
  seconds: number;
  /** How often; what is printed is the median, see `Bench.repeats`. */
  runs: number;
  /** Also what takes hours: a million messages left, one by one. */
  full: boolean;
}

/**
 * How a bench honours `runs`. `itself`: it takes each figure as often, in turns with what it is compared with, and its
 * tables hold the middle. `whole`: it is run as often, and the middle of each cell is printed. `once`: it is run once.
 */
export type Repeats = 'itself' | 'whole' | 'once';

/** A benchmark of `npm run bench`; it is known by its line in `benches.ts`. */
export interface Bench {
  /** As it is called on the command line. */
  name: string;
  /** One line for `--list`. */
  measures: string;
  repeats: Repeats;
  /** Prepares, measures, and clears up whatever happened. Throws when what it measures is not done right. */
  run(options: BenchOptions): Promise<Table[]>;
}
