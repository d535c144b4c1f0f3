import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageLog, mailboxPublisher } from '@aftertone/mailbox-svc/message-log';
import pg from 'pg';
import { type BenchDatabase, startDatabase } from '../append/database.ts';
import type { Bench, BenchOptions } from '../bench.ts';
import { median } from '../figures.ts';
import type { Cell, Table } from '../table.ts';
import { type Backlog, barePublishes, drain } from './drain.ts';
import { bareCopy, rebuildList } from './rebuild.ts';
import { type Done, timed, type Watched } from './use.ts';
import { startWriters } from './writers.ts';

const EVENTS = 200_000;
const inFlight = 64;

const fill = async (log: MessageLog): Promise<number> => {
  let full = false;
  const write = async (): Promise<void> => {
    while (!full) await log.write();
  };
  const writers = Array.from({ length: inFlight }, write);
  while (!full) {
    await delay(100);
    full = (await log.store.log.headPosition()) >= EVENTS;
  }
  await Promise.all(writers);
  const session = new pg.Client(log.store.url);
  await session.connect();
  await session.query('ANALYZE');
  await session.end();
  return log.store.log.headPosition();
};

const middleOf = (all: readonly Done[]): Done => {
  const middle = (of: (done: Done) => number | null): number | null => {
    const values = all.map(of).filter((value) => value !== null);
    return values.length === 0 ? null : median(values);
  };
  const perSecond = middle(({ writers }) => writers?.perSecond ?? null);
  return {
    perSecond: middle((done) => done.perSecond) ?? Number.NaN,
    messagesPerSecond: middle((done) => done.messagesPerSecond),
    node: middle(({ node }) => node),
    postgres: middle(({ postgres }) => postgres),
    nats: middle(({ nats }) => nats),
    // Of stalls the longest of all: a middle would hide one.
    writers: perSecond === null ? null : { perSecond, longestStallMs: longestStall(all) },
  };
};

const longestStall = (all: readonly Done[]): number =>
  Math.max(...all.map(({ writers }) => writers?.longestStallMs ?? 0));

type Rows = Record<string, Done>;

/** All of them in turn, again and again: the middle of each. */
const inTurns = async (runs: number, measures: Record<string, () => Promise<Done>>): Promise<Rows> => {
  const all = Object.entries(measures).map(([name, measure]) => ({ name, measure, done: [] as Done[] }));
  for (let run = 0; run < runs; run += 1) {
    for (const { measure, done } of all) done.push(await measure());
  }
  return Object.fromEntries(all.map(({ name, done }) => [name, middleOf(done)]));
};

const waiting = (seconds: number, watched: Watched): Promise<Done> =>
  timed(watched, async () => {
    await delay(seconds * 1000);
    return { events: Number.NaN };
  });

const measureAlone = (backlog: Backlog, runs: number): Promise<Rows> =>
  inTurns(runs, {
    'drain by the relay': () => drain(backlog),
    'the same messages, published bare': () => barePublishes(backlog),
    'rebuild of the message list': () => rebuildList(backlog),
    'the same rows, copied bare': () => bareCopy(backlog),
  });

const measureBesideWriters = async (
  backlog: Backlog,
  order: { url: string; kek: string },
  { runs, seconds }: BenchOptions,
): Promise<Rows> => {
  const writers = await startWriters(order);
  const beside = { ...backlog, writers };
  await delay(1_000); // until they are warm
  const rows = await inTurns(runs, {
    'writers alone': () => waiting(seconds, beside),
    'drain beside writers': () => drain(beside),
    'rebuild beside writers': () => rebuildList(beside),
  });
  await writers.stop();
  return rows;
};

const measureAll = async (database: BenchDatabase, options: BenchOptions): Promise<Table> => {
  const order = { url: database.url, kek: `bench:${randomBytes(32).toString('base64')}` };
  const log = await MessageLog.open(order);
  const events = await fill(log);
  const backlog = { store: log.store, publisher: mailboxPublisher('c1'), events, postgres: database.pid };
  const alone = await measureAlone(backlog, options.runs);
  const beside = await measureBesideWriters(backlog, order, options);
  await log.store.close();
  const unhindered = beside['writers alone']?.writers?.perSecond ?? Number.NaN;
  const row = ([name, done]: [string, Done]): Cell[] => [
    name,
    ...[Number.isNaN(done.perSecond) ? null : done.perSecond, done.messagesPerSecond],
    ...[done.node, done.postgres, done.nats],
    ...(done.writers === null
      ? [null, null, null]
      : [done.writers.perSecond, done.writers.perSecond / unhindered, done.writers.longestStallMs]),
  ];
  return {
    title: `A backlog of ${EVENTS.toLocaleString('en')} events of messages`,
    columns: [
      ...['what', 'events per s', 'messages per s'].map((head) => ({ head })),
      ...['Node µs per event', 'Postgres µs', 'NATS µs'].map((head) => ({ head, digits: 1 })),
      { head: 'messages written per s meanwhile' },
      { head: 'of writers alone', digits: 2 },
      { head: "writers' longest stall ms" },
    ],
    rows: [...Object.entries(alone), ...Object.entries(beside)].map(row),
    notes: [
      'Writers: 32 in flight from another process; every second message is heard, an event more. They are counted in exactly the time of the drain or rebuild; the stall is the longest of all runs.',
      'A rebuild is divided by all events of the log at its end, those that were written meanwhile included.',
      'Each event leads to four messages on the bus: the message and the counts, each to the mailbox and to its owner.',
    ],
  };
};

export const relay: Bench = {
  name: 'relay',
  measures: 'the relay at work on a backlog and a rebuild of the message list, alone and beside writers',
  repeats: 'itself',
  run: async (options) => {
    const database = await startDatabase();
    try {
      return [await measureAll(database, options)];
    } finally {
      await database.stop();
    }
  },
};
