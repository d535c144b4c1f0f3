import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { closedLoop } from '../closed-loop.ts';
import { median } from '../figures.ts';
import type { Contender, ContenderName } from './contenders.ts';
import type { BenchDatabase } from './database.ts';
import type { WriterOrder, WriterReport } from './writer.process.ts';

export interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
  /** CPU per append, microseconds: of Node, and of Postgres. */
  node: number;
  postgres: number;
}

export interface Order {
  inFlight: number;
  seconds: number;
}

/** One contender in this process. */
export async function measure(contender: Contender, database: BenchDatabase, order: Order): Promise<Measured> {
  let appends = 0;
  const counted = async (): Promise<void> => {
    await contender.once();
    appends += 1;
  };
  const before = { node: process.cpuUsage(), postgres: database.cpuMs() };
  const figures = await closedLoop(counted, order);
  const { user, system } = process.cpuUsage(before.node);
  const postgres = 1000 * (database.cpuMs() - before.postgres);
  return { ...figures, node: (user + system) / appends, postgres: postgres / appends };
}

/** @throws Error when the process ends instead */
async function answerOf(writer: ChildProcess): Promise<unknown> {
  const ended = once(writer, 'exit').then(([code]) => Promise.reject(new Error(`a writer ended (${code})`)));
  ended.catch(() => undefined); // in its time it ends as well
  const [answer] = await Promise.race([once(writer, 'message'), ended]);
  return answer;
}

/** One contender in two processes at once, each with so many in flight: rates are added up, latencies of the slower. */
export async function measureTwo(name: ContenderName, database: BenchDatabase, order: Order): Promise<Measured> {
  const program = fileURLToPath(new URL('./writer.process.js', import.meta.url));
  const writers = [fork(program), fork(program)];
  try {
    // One after the other: what they make sure of in the database is the same.
    for (const writer of writers) {
      writer.send({ name, url: database.url, ...order } satisfies WriterOrder);
      await answerOf(writer);
    }
    const before = database.cpuMs();
    for (const writer of writers) writer.send('write');
    const reports = (await Promise.all(writers.map(answerOf))) as WriterReport[];
    const postgres = 1000 * (database.cpuMs() - before);
    const sum = (pick: (report: WriterReport) => number): number => reports.reduce((all, one) => all + pick(one), 0);
    const appends = sum((report) => report.appends);
    const ended = writers.map((writer) => once(writer, 'exit'));
    for (const writer of writers) writer.send('end');
    await Promise.all(ended);
    return {
      perSecond: sum((report) => report.perSecond),
      p50: Math.max(...reports.map((report) => report.p50)),
      p99: Math.max(...reports.map((report) => report.p99)),
      node: sum((report) => report.cpuMicros) / appends,
      postgres: postgres / appends,
    };
  } finally {
    for (const writer of writers) writer.kill();
  }
}

export const medians = (runs: readonly Measured[]): Measured => ({
  perSecond: median(runs.map(({ perSecond }) => perSecond)),
  p50: median(runs.map(({ p50 }) => p50)),
  p99: median(runs.map(({ p99 }) => p99)),
  node: median(runs.map(({ node }) => node)),
  postgres: median(runs.map(({ postgres }) => postgres)),
});
