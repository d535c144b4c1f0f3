import { parseArgs } from 'node:util';
import type { BenchOptions } from './bench.ts';

export interface Settings extends BenchOptions {
  /** Names of benches; all when none is named. */
  chosen: readonly string[];
  list: boolean;
  /** Files to write: Markdown and figures. */
  out?: string;
  json?: string;
  /** Figures of an earlier run, written with `--json`. */
  compare?: string;
}

export const usage = `npm run bench -- [name …] [--seconds 6] [--runs 3] [--full] [--out figures.md] [--json figures.json] [--compare earlier.json] [--list]`;

const within = (name: string, text: string, [least, most]: readonly [number, number]): number => {
  const value = Number(text);
  if (!(value >= least && value <= most)) throw new Error(`--${name} must be a number from ${least} to ${most}`);
  return value;
};

/** Reads the arguments of `npm run bench`. Throws what is wrong with them. */
export const readOptions = (args: readonly string[]): Settings => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '6' },
      runs: { type: 'string', default: '3' },
      full: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      out: { type: 'string' },
      json: { type: 'string' },
      compare: { type: 'string' },
    },
  });
  const { seconds, runs, ...rest } = values;
  return {
    ...rest,
    seconds: within('seconds', seconds, [1, 600]),
    runs: Math.round(within('runs', runs, [1, 25])),
    chosen: positionals,
  };
};
