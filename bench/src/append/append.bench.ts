import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, BenchOptions } from '../bench.ts';
import { closedLoop } from '../closed-loop.ts';
import { median } from '../figures.ts';
import type { Table } from '../table.ts';
import { bareInserts, type Contender, emmett, ours, prepare } from './contenders.ts';
import { type BenchDatabase, startDatabase } from './database.ts';

interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
  /** CPU per append, microseconds: of this process, and of Postgres. */
  node: number;
  postgres: number;
}

const inFlights = [1, 8, 32, 128];

async function measure(contender: Contender, database: BenchDatabase, inFlight: number, seconds: number) {
  let appends = 0;
  const once = async (): Promise<void> => {
    await contender.once();
    appends += 1;
  };
  const before = { node: process.cpuUsage(), postgres: database.cpuMs() };
  const figures = await closedLoop(once, { inFlight, seconds });
  const { user, system } = process.cpuUsage(before.node);
  const postgres = 1000 * (database.cpuMs() - before.postgres);
  return { ...figures, node: (user + system) / appends, postgres: postgres / appends };
}

const medians = (runs: readonly Measured[]): Measured => ({
  perSecond: median(runs.map(({ perSecond }) => perSecond)),
  p50: median(runs.map(({ p50 }) => p50)),
  p99: median(runs.map(({ p99 }) => p99)),
  node: median(runs.map(({ node }) => node)),
  postgres: median(runs.map(({ postgres }) => postgres)),
});

/** All contenders on one server, in turn, again and again. */
async function benchAppend({ seconds, runs }: BenchOptions, fsyncMicros: number, title: string): Promise<Table> {
  const columns = [
    'per s',
    'p50 ms',
    'p99 ms',
    'Node µs',
    'Postgres µs',
    'bare per s',
    'ratio',
    'emmett per s',
    'times',
  ];
  const heads = ['in flight', ...columns].map((head) => ({ head, digits: /ms|ratio|times/.test(head) ? 2 : 0 }));
  let database: BenchDatabase;
  try {
    database = await startDatabase({ fsyncMicros });
  } catch (error) {
    return { title, columns: heads, rows: [], notes: [`Not measured: ${String(error)}`] };
  }
  const contenders: Contender[] = [];
  try {
    await prepare(database.url);
    for (const make of [ours, bareInserts, emmett]) contenders.push(await make(database.url));
    const rows: Table['rows'][number][] = [];
    for (const inFlight of inFlights) {
      const results: Measured[][] = contenders.map(() => []);
      for (let run = 0; run < runs; run += 1) {
        for (const [index, contender] of contenders.entries()) {
          results[index]?.push(await measure(contender, database, inFlight, seconds));
          await pause(100); // callers of the last one have gone
        }
      }
      const [our, bare, other] = results.map(medians);
      if (our === undefined || bare === undefined || other === undefined) throw new Error('nobody was measured');
      rows.push([
        String(inFlight),
        ...[our.perSecond, our.p50, our.p99, our.node, our.postgres],
        ...[bare.perSecond, our.perSecond / bare.perSecond, other.perSecond, our.perSecond / other.perSecond],
      ]);
    }
    const notes = [
      'Bare: one row per statement through pg, 32 sessions, the columns and indexes of our event table.',
      'Emmett: @event-driven-io/emmett-postgresql, 32 sessions, one event with an inline projection of one row.',
    ];
    return { title, columns: heads, rows, notes };
  } finally {
    for (const contender of contenders) await contender.close();
    await database.stop();
  }
}

const title = 'Append: a command with one event, one feed and one read-model row, through the library';

export const append: Bench = {
  name: 'append',
  measures: 'commands handled by the event store beside bare one-row inserts and emmett-postgresql',
  run: async (options) => [
    await benchAppend(options, 0, title),
    await benchAppend(options, 2_000, `${title}, each flush 2 ms longer`),
  ],
};
