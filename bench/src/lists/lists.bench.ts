import type { Bench, BenchOptions } from '../bench.ts';
import { median, percentile } from '../figures.ts';
import { type Installation, startInstallation } from '../installation/installation.ts';
import { warmUp } from '../installation/warm-up.ts';
import { untilCalm } from '../machine/calm.ts';
import { settle } from '../machine/settle.ts';
import type { Cell, Column, Table } from '../table.ts';
import { isQuick, ratioOf, scales, type Times } from './goals.ts';
import { type Operation, operations } from './operations.ts';
import { type FilledTenant, fillTenant, type Size } from './tenants.ts';

const sizes: readonly Size[] = [
  { messages: 100, inMailbox: 100 },
  { messages: 9_000, inMailbox: 9_000 },
  { messages: 100_000, inMailbox: 100_000 },
  { messages: 1_000_000, inMailbox: 100_000 },
];

/** Calls behind a p50 and p99, for each second that a figure may take: 200 in six. */
const CALLS_A_SECOND = 34;

const timesOf = async (operation: Operation, tenant: FilledTenant, calls: number): Promise<Times> => {
  const took: number[] = [];
  for (const once of await operation.prepare(tenant, calls)) {
    const start = performance.now();
    await once();
    took.push(performance.now() - start);
  }
  took.sort((a, b) => a - b);
  return { messages: tenant.messages, p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
};

/** In all tenants in turn, again and again: what the neighbours do then, all of them feel. */
const measure = async (
  operation: Operation,
  tenants: readonly FilledTenant[],
  { runs, calls }: { runs: number; calls: number },
): Promise<Cell[]> => {
  const all: Times[][] = tenants.map(() => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [n, tenant] of tenants.entries()) all[n]?.push(await timesOf(operation, tenant, calls));
  }
  const middle = all.map(
    (times, n): Times => ({
      messages: tenants[n]?.messages ?? 0,
      p50: median(times.map(({ p50 }) => p50)),
      p99: median(times.map(({ p99 }) => p99)),
    }),
  );
  return [
    operation.what,
    ...middle.flatMap((times, n) => [times.p50, times.p99, ...(n === 0 ? [] : [ratioOf(times, middle)])]),
    scales(middle),
    operation.isQuick ? isQuick(middle) : null,
  ];
};

const columns: readonly Column[] = [
  { head: 'one call after another' },
  ...sizes.flatMap(({ messages }, n) => {
    const among = messages.toLocaleString('en');
    const ms = [`among ${among}: p50 ms`, 'p99 ms'].map((head) => ({ head, digits: 1 }));
    return n === 0 ? ms : [...ms, { head: 'times', digits: 2 }];
  }),
  { head: 'at most twice' },
  { head: '< 10 ms at 9,000 and 100,000' },
];

const fill = async (installation: Installation): Promise<{ tenants: FilledTenant[]; seconds: number }> => {
  const began = performance.now();
  const tenants: FilledTenant[] = [];
  for (const size of sizes) tenants.push(await fillTenant(installation, size));
  return { tenants, seconds: (performance.now() - began) / 1000 };
};

const table = async ({ seconds, runs }: BenchOptions): Promise<Table> => {
  const calls = Math.round(CALLS_A_SECOND * seconds);
  const installation = await startInstallation();
  try {
    const { tenants, seconds: filling } = await fill(installation);
    await warmUp(installation);
    await untilCalm(installation);
    await settle();
    const rows: Cell[][] = [];
    for (const operation of operations) rows.push(await measure(operation, tenants, { runs, calls }));
    return {
      title: 'Reading and deleting among many messages, a request through the gateway',
      columns,
      rows,
      notes: [
        `${calls} calls a figure and run, the sizes in turn. "Times" and "at most twice": of the p50, beside a mailbox of 100. Below 10 ms: of the p99; "half of the calls" where only the p50 is.`,
        `The rows are written straight into the read models and counted (${filling.toFixed(0)} s); one message in 2,000 is urgent, open, in the trash or in the inbox. The tenant of 1,000,000 has 100,000 of them in the mailbox. What is deleted and purged was deposited.`,
      ],
    };
  } finally {
    await installation.stop();
  }
};

export const lists: Bench = {
  name: 'lists',
  measures: 'lists, counts, single messages, deletions and purges among 100, 9,000, 100,000 and 1,000,000',
  repeats: 'itself',
  run: async (options) => [await table(options)],
};
