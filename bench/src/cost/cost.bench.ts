import type { Bench } from '../bench.ts';
import { startInstallation } from '../installation/installation.ts';
import { warmUp } from '../installation/warm-up.ts';
import type { Pace } from '../load/pace.ts';
import type { Cell, Table } from '../table.ts';
import { type Cost, type Meter, openMeter } from './measure.ts';

const STATEMENTS = 30;
const CHARACTERS = 110;

const paces: readonly { title: string; pace: Pace }[] = [
  { title: '32 in flight', pace: { inFlight: 32 } },
  { title: '20 a second', pace: { perSecond: 20 } },
];

const columns = [
  { head: 'part' },
  { head: 'CPU ms', digits: 2 },
  { head: 'statements', digits: 2 },
  { head: 'WAL kB', digits: 2 },
  { head: 'log flushes', digits: 2 },
  { head: 'written kB', digits: 1 },
  { head: 'bus: sent', digits: 2 },
  { head: 'bus: received', digits: 2 },
  { head: 'at rest, % of a core', digits: 1 },
];

const kB = (bytes: number): number => bytes / 1000;

const partsTable = (title: string, cost: Cost, { rest }: Meter): Table => {
  const { deposits, report } = cost;
  const rows = [...cost.uses].map(([part, use]): Cell[] => {
    const database = cost.databases.get(part.replace('postgres: ', ''));
    const traffic = cost.traffic.get(part);
    const writes = cost.writes.get(part);
    return [
      part,
      use.cpuMs / deposits,
      database === undefined ? null : database.statements / deposits,
      database === undefined ? null : kB(database.walBytes / deposits),
      writes === undefined ? null : writes.flushes / deposits,
      kB((writes?.bytes ?? use.written) / deposits),
      ...(traffic === undefined ? [null, null] : [traffic.sent / deposits, traffic.received / deposits]),
      (rest.get(part)?.cpuMs ?? 0) / 10,
    ];
  });
  rows.sort((a, b) => Number(b[1]) - Number(a[1]));
  const sums = columns.slice(1).map((_, n) => rows.reduce((sum, cells) => sum + Number(cells[n + 1] ?? 0), 0));
  return {
    title: `Cost of a deposit (10 s WAV, 160 kB) with ${title}: everything that it causes, without what is used at rest`,
    columns,
    rows: [...rows, ['all', ...sums], ['load generator', report.ownMs, ...columns.slice(2).map(() => null)]],
    notes: [
      `${deposits} deposits into 20 mailboxes, ${report.perSecond.toFixed(1)}/s, p50 ${report.p50.toFixed(0)} ms, p99 ${report.p99.toFixed(0)} ms.`,
    ],
  };
};

/** What is there afterwards that was not there before. */
const growthTable = (title: string, { growth, deposits }: Cost): Table => {
  const rows = [...growth]
    .map(([place, { rows, bytes }]): [string, number, number] => [place, rows / deposits, kB(bytes / deposits)])
    .filter(([, ...figures]) => figures.some((figure) => Math.abs(figure) >= 0.005))
    .sort((a, b) => b[2] - a[2]);
  return {
    title: `What a deposit leaves behind with ${title}, beside the recording`,
    columns: [{ head: 'table or stream' }, { head: 'rows', digits: 2 }, { head: 'kB', digits: 2 }],
    rows: [...rows, ['all', ...[1, 2].map((n) => rows.reduce((sum, row) => sum + Number(row[n]), 0))]],
    notes: ['Tables with their indexes, in whole pages; what is updated in place leaves room that later rows use.'],
  };
};

const statementsTable = (title: string, { statements, deposits }: Cost): Table => ({
  title: `The dearest statements with ${title}, a deposit`,
  columns: [
    { head: 'statement' },
    { head: 'calls', digits: 2 },
    { head: 'ms in the server', digits: 3 },
    { head: 'WAL kB', digits: 2 },
  ],
  rows: statements
    .slice(0, STATEMENTS)
    .map(({ database, text, calls, ms, walBytes }) => [
      `${database}: ${text.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, CHARACTERS)}`,
      calls / deposits,
      ms / deposits,
      kB(walBytes / deposits),
    ]),
});

export const cost: Bench = {
  name: 'cost',
  measures: 'CPU, statements, writes and messages of one deposit, in each part',
  repeats: 'whole',
  run: async ({ seconds }) => {
    const installation = await startInstallation();
    try {
      await warmUp(installation);
      const meter = await openMeter(installation);
      const tables: Table[] = [];
      for (const { title, pace } of paces) {
        const found = await meter.measure(pace, seconds);
        tables.push(partsTable(title, found, meter), growthTable(title, found), statementsTable(title, found));
      }
      await meter.end();
      return tables;
    } finally {
      await installation.stop();
    }
  },
};
