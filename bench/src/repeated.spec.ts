import { expect, it } from 'vitest';
import type { Bench } from './bench.ts';
import { howOften, middleTables, repeated } from './repeated.ts';
import type { Cell, Table } from './table.ts';

const options = { seconds: 1, runs: 3, full: false };

const tableOf = (rows: Cell[][], notes?: string[]): Table => ({
  title: 'Speed',
  columns: [{ head: 'what' }, { head: 'per s' }, { head: 'lost', severalRuns: 'largest' }, { head: 'clean' }],
  rows,
  ...(notes && { notes }),
});

const benchOf = (tables: readonly Table[], repeats: Bench['repeats']): Bench => {
  const left = [...tables];
  return { name: 'bench', measures: 'nothing', repeats, run: async () => [left.shift() ?? tableOf([])] };
};

const three = [
  tableOf([['one mailbox', 300, 0, 'yes']], ['Same.', 'First.']),
  tableOf([['one mailbox', 100, 2, 'no']], ['Same.']),
  tableOf([['one mailbox', 120, 0, 'yes']], ['Same.']),
];

it('prints the middle of numbers, the largest of what must not be, and texts that differ', async () => {
  const [table] = await repeated(benchOf(three, 'whole'), options);
  expect(table?.rows).toEqual([['one mailbox', 120, 2, 'yes / no']]);
  expect(table?.notes).toEqual(['Same.', 'First.']);
});

it.each(['itself', 'once'] as const)('runs a bench once that repeats %s', async (repeats) => {
  expect(await repeated(benchOf(three, repeats), options)).toEqual([three[0]]);
});

it('finds rows by their names and leaves out those of a minority', () => {
  const [table] = middleTables([
    [
      tableOf([
        ['a', 1],
        ['b', 10],
        ['b', 30],
        ['c', 5],
      ]),
    ],
    [
      tableOf([
        ['b', 20],
        ['b', 50],
        ['a', 3],
      ]),
    ],
    [
      tableOf([
        ['b', 30],
        ['b', 70],
        ['a', 2],
      ]),
    ],
  ]);
  expect(table?.rows.map((row) => row.slice(0, 2))).toEqual([
    ['a', 2],
    ['b', 20],
    ['b', 50],
  ]);
});

it('says how often figures were taken', () => {
  const [bench, once] = [benchOf([], 'whole'), benchOf([], 'once')];
  expect([howOften(bench, options), howOften(bench, { ...options, runs: 1 }), howOften(once, options)]).toEqual([
    'median of 3 runs',
    'one run',
    'one run',
  ]);
});
