import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, BenchOptions } from '../bench.ts';
import type { Column, Table } from '../table.ts';
import { type Contender, type ContenderName, contenders, prepare } from './contenders.ts';
import { type BenchDatabase, startDatabase } from './database.ts';
import { type Measured, measure, measureTwo, medians } from './measured.ts';

const inFlights = [1, 8, 32, 128];
const inFlightOfTwo = 32;

const columns: readonly Column[] = [
  { head: 'in flight' },
  ...[
    'per s',
    'p50 ms',
    'p99 ms',
    'Node µs',
    'Postgres µs',
    'bare per s',
    'bare µs',
    'ratio',
    'emmett per s',
    'times',
  ].map((head) => ({ head, digits: /ms|ratio|times/.test(head) ? 2 : 0 })),
];

const notes = [
  'Node, Postgres, bare: CPU per append, microseconds; of bare inserts both together.',
  'Bare: one row per statement through pg, 32 sessions a process, the columns and indexes of our event table.',
  'Emmett: @event-driven-io/emmett-postgresql, 32 sessions a process, one event with an inline projection of one row.',
];

const row = (name: string, [our, bare, other]: readonly Measured[]): Table['rows'][number] => {
  if (our === undefined || bare === undefined || other === undefined) throw new Error('nobody was measured');
  return [
    name,
    ...[our.perSecond, our.p50, our.p99, our.node, our.postgres],
    ...[bare.perSecond, bare.node + bare.postgres, our.perSecond / bare.perSecond],
    ...[other.perSecond, our.perSecond / other.perSecond],
  ];
};

/** All contenders in turn, again and again: each one's medians. */
async function inTurn<T>(who: readonly T[], runs: number, run: (one: T) => Promise<Measured>): Promise<Measured[]> {
  const results: Measured[][] = who.map(() => []);
  for (let n = 0; n < runs; n += 1) {
    for (const [index, one] of who.entries()) {
      results[index]?.push(await run(one));
      await pause(100); // callers of the last one have gone
    }
  }
  return results.map(medians);
}

async function benchAppend({ seconds, runs }: BenchOptions, fsyncMicros: number, title: string): Promise<Table> {
  let database: BenchDatabase;
  try {
    database = await startDatabase({ fsyncMicros });
  } catch (error) {
    return { title, columns, rows: [], notes: [`Not measured: ${String(error)}`] };
  }
  const open: Contender[] = [];
  const names = Object.keys(contenders) as ContenderName[];
  try {
    await prepare(database.url);
    for (const name of names) open.push(await contenders[name](database.url));
    const rows: Table['rows'][number][] = [];
    for (const inFlight of inFlights) {
      const figures = await inTurn(open, runs, (one) => measure(one, database, { inFlight, seconds }));
      rows.push(row(String(inFlight), figures));
    }
    const order = { inFlight: inFlightOfTwo, seconds };
    const figures = await inTurn(names, runs, (name) => measureTwo(name, database, order));
    rows.push(row(`2 processes × ${inFlightOfTwo}`, figures));
    return { title, columns, rows, notes };
  } finally {
    for (const contender of open) await contender.close();
    await database.stop();
  }
}

const title = 'Append: a command with one event, one feed and one read-model row, through the library';

export const append: Bench = {
  name: 'append',
  measures: 'commands handled by the event store beside bare one-row inserts and emmett-postgresql',
  repeats: 'itself',
  run: async (options) => [
    await benchAppend(options, 0, title),
    await benchAppend(options, 2_000, `${title}, each flush 2 ms longer`),
  ],
};
