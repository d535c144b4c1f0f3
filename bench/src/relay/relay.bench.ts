import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageLog, mailboxPublisher } from '@aftertone/mailbox-svc/message-log';
import pg from 'pg';
import { startDatabase } from '../append/database.ts';
import type { Bench, BenchOptions } from '../bench.ts';
import { median } from '../figures.ts';
import type { Cell, Table } from '../table.ts';
import { barePublishes, drain } from './drain.ts';
import { bareCopy, rebuildList } from './rebuild.ts';
import type { Done } from './use.ts';
import { startWriters } from './writers.ts';

const inFlight = 64;

const fill = async (log: MessageLog, events: number): Promise<void> => {
  let full = false;
  const write = async (): Promise<void> => {
    while (!full) await log.write();
  };
  const writers = Array.from({ length: inFlight }, write);
  while (!full) {
    await delay(100);
    full = (await log.store.log.headPosition()) >= events;
  }
  await Promise.all(writers);
  const session = new pg.Client(log.store.url);
  await session.connect();
  await session.query('ANALYZE');
  await session.end();
};

type Figures = Done<unknown> & { writers?: number };

const several = async (runs: number, measure: () => Promise<Figures>): Promise<Figures> => {
  const all: Figures[] = [];
  for (let run = 0; run < runs; run += 1) all.push(await measure());
  const middle = (of: (figures: Figures) => number): number => median(all.map(of));
  return {
    result: all[0]?.result,
    perSecond: middle(({ perSecond }) => perSecond),
    node: middle(({ node }) => node),
    postgres: middle(({ postgres }) => postgres),
    nats: middle(({ nats }) => nats),
    writers: middle(({ writers = Number.NaN }) => writers),
  };
};

const measureAll = async ({ runs, seconds, full }: BenchOptions): Promise<Table> => {
  const events = full ? 200_000 : 40_000;
  const database = await startDatabase();
  const order = { url: database.url, kek: `bench:${randomBytes(32).toString('base64')}` };
  try {
    const log = await MessageLog.open(order);
    const backlog = { store: log.store, publisher: mailboxPublisher('c1'), events, postgres: database.pid };
    await fill(log, events);
    const alone = {
      'drain by the relay': await several(runs, () => drain(backlog)),
      'the same messages, published bare': await several(runs, () => barePublishes(backlog)),
      'rebuild of the message list': await several(runs, () => rebuildList(backlog)),
      'the same rows, copied bare': await several(runs, () => bareCopy(backlog)),
    };
    const writers = await startWriters(order);
    const written = async <F extends Done<unknown>>(work: () => Promise<F>): Promise<Figures> => {
      await writers.perSecond();
      const done = await work();
      return { ...done, node: Number.NaN, postgres: Number.NaN, nats: Number.NaN, writers: await writers.perSecond() };
    };
    const nothing = async (): Promise<Done<null>> => {
      await delay(seconds * 1000);
      return { result: null, perSecond: Number.NaN, node: Number.NaN, postgres: Number.NaN, nats: Number.NaN };
    };
    await delay(1_000); // until they are warm
    const unhindered = await several(runs, () => written(nothing));
    const hindered = {
      'drain beside writers': await several(runs, () => written(() => drain(backlog))),
      'rebuild beside writers': await several(runs, () => written(() => rebuildList(backlog))),
    };
    await writers.stop();
    await log.store.close();
    const row = ([name, f]: [string, Figures]): Cell[] => [
      name,
      ...[f.perSecond, typeof f.result === 'number' ? (f.perSecond * f.result) / events : null],
      ...[f.node, f.postgres, f.nats, f.writers ?? null, (f.writers ?? Number.NaN) / (unhindered.writers ?? 1)].map(
        (value) => (Number.isNaN(value) ? null : value),
      ),
    ];
    return {
      title: `A backlog of ${events.toLocaleString('en')} events of messages`,
      columns: [
        ...['what', 'events per s', 'messages per s'].map((head) => ({ head })),
        ...['Node µs per event', 'Postgres µs', 'NATS µs'].map((head) => ({ head, digits: 1 })),
        { head: 'messages written per s meanwhile' },
        { head: 'of writers alone', digits: 2 },
      ],
      rows: [...Object.entries(alone), ...Object.entries(hindered)].map(row),
      notes: [
        `Writers alone: ${Math.round(unhindered.writers ?? 0)} messages a second, 32 in flight from another process; every second message is heard, an event more.`,
        'Each event leads to four messages on the bus: the message and the counts, each to the mailbox and to its owner.',
      ],
    };
  } finally {
    await database.stop();
  }
};

export const relay: Bench = {
  name: 'relay',
  measures: 'the relay at work on a backlog and a rebuild of the message list, alone and beside writers',
  repeats: 'itself',
  run: async (options) => [await measureAll(options)],
};
