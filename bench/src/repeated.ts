import type { Bench, BenchOptions } from './bench.ts';
import { median } from './figures.ts';
import type { Cell, Column, Table } from './table.ts';

type Row = Table['rows'][number];

/** Rows by name; of several that have the same, the n-th is told from the others. */
const named = ({ rows }: Table): Map<string, Row> => {
  const seen = new Map<Cell | undefined, number>();
  return new Map(
    rows.map((row) => {
      const times = (seen.get(row[0]) ?? 0) + 1;
      seen.set(row[0], times);
      return [`${row[0]} #${times}`, row];
    }),
  );
};

const distinct = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

/** The middle of numbers, or the largest where the column says so; of texts that differ, all of them. */
const cellOf = (cells: readonly Cell[], { severalRuns = 'median' }: Column): Cell => {
  const known = cells.filter((cell) => cell !== null);
  const numbers = known.filter((cell) => typeof cell === 'number');
  if (known.length === 0) return null;
  if (numbers.length < known.length) return distinct(known.map(String)).join(' / ');
  return severalRuns === 'largest' ? Math.max(...numbers) : median(numbers);
};

/** The middle of each cell. A row that fewer than half of the tables have is left out: chance brought it in. */
const middleOf = (tables: readonly Table[]): Table => {
  const [first] = tables;
  if (first === undefined) throw new Error('there are no tables');
  const byName = tables.map(named);
  const rows = distinct(byName.flatMap((rows) => [...rows.keys()])).flatMap((name) => {
    const same = byName.map((rows) => rows.get(name)).filter((row) => row !== undefined);
    if (2 * same.length < tables.length) return [];
    return [
      first.columns.map((column, n) => {
        const cells = same.map((row) => row[n] ?? null);
        return n === 0 ? (cells[0] ?? null) : cellOf(cells, column);
      }),
    ];
  });
  const notes = distinct(tables.flatMap((table) => table.notes ?? []));
  return { ...first, rows, notes };
};

/** One table of several runs' for each table of a run. All runs must have as many. */
export const middleTables = (runs: readonly (readonly Table[])[]): Table[] =>
  (runs[0] ?? []).map((_, n) =>
    middleOf(
      runs.map((tables) => {
        const table = tables[n];
        if (table === undefined) throw new Error('a run has fewer tables than the first');
        return table;
      }),
    ),
  );

/** Runs a bench as often as it is to be; its tables hold what `howOften` says. */
export const repeated = async (bench: Bench, options: BenchOptions): Promise<Table[]> => {
  if (bench.repeats !== 'whole') return bench.run(options);
  const runs: Table[][] = [];
  while (runs.length < options.runs) runs.push(await bench.run(options));
  return middleTables(runs);
};

/** How often the figures of a bench were taken, in words. */
export const howOften = ({ repeats }: Bench, { runs }: BenchOptions): string =>
  repeats === 'once' || runs === 1 ? 'one run' : `median of ${runs} runs`;
