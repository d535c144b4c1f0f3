import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bench, BenchOptions } from '../bench.ts';
import type { ClientsNews, ClientsOrder } from '../events/clients.process.ts';
import { percentile } from '../figures.ts';
import { type Installation, startInstallation } from '../installation/installation.ts';
import { warmUp } from '../installation/warm-up.ts';
import { allAnswered, load } from '../load/load.ts';
import { depositRequests, recording } from '../load/requests.ts';
import { untilCalm } from '../machine/calm.ts';
import type { Cell, Table } from '../table.ts';

const MAILBOXES = 20;
/** What one gateway writes a second when everybody sees everything: the rate is lowered to stay below. */
const MOST_DELIVERIES = 5_000;
/** A p99 of fewer deposits is the slowest of some dozens. */
const LEAST_SECONDS = 30;
/** How long the highest rate is looked for. */
const MAXIMUM_SECONDS = 10;

type Report = Extract<ClientsNews, { lost: number }>;

const follow = async ({ url, token }: Installation, sse: number, ws: number): Promise<ChildProcess> => {
  const clients = fork(fileURLToPath(new URL('../events/clients.process.js', import.meta.url)));
  clients.send({ url, tokens: [token], sse, ws, stamp: 'callerName' } satisfies ClientsOrder);
  await once(clients, 'message');
  return clients;
};

const reportOf = async (clients: ChildProcess): Promise<Report> => {
  clients.send('report');
  const [report] = (await once(clients, 'message')) as [Report];
  return report;
};

/** Until as many have arrived as were sent to everybody. What is still missing after half a minute is missing. */
const arrivals = async (clients: ChildProcess, expected: number): Promise<Report> => {
  const all: Report = { sse: [], ws: [], lost: 0 };
  for (let tries = 0; tries < 60 && all.sse.length + all.ws.length < expected; tries++) {
    await delay(500);
    const { sse, ws, lost } = await reportOf(clients);
    all.sse = all.sse.concat(sse);
    all.ws = all.ws.concat(ws);
    all.lost = lost;
  }
  return all;
};

interface Listeners {
  sse: number;
  ws: number;
}

const rows = async (
  installation: Installation,
  mailboxIds: readonly string[],
  { sse, ws }: Listeners,
  half: number,
  seconds: number,
): Promise<Cell[][]> => {
  const clients = await follow(installation, sse, ws);
  const requests = depositRequests(installation, mailboxIds, recording(10));
  const cap = MOST_DELIVERIES / (sse + ws);
  const pace = { perSecond: Math.min(half, cap) };
  const report = await load({ url: installation.url, requests, pace, seconds, warmUpSeconds: 0 });
  allAnswered(report, 201);
  const found = await arrivals(clients, report.count * (sse + ws));
  const ended = once(clients, 'exit');
  clients.disconnect();
  await ended;
  return (['sse', 'ws'] as const).map((kind) => {
    const sorted = found[kind].sort((a, b) => a - b);
    const expected = report.count * { sse, ws }[kind];
    if (sorted.length !== expected || found.lost > 0) {
      throw new Error(`${kind}: ${sorted.length} of ${expected} events, ${found.lost} connections lost`);
    }
    return [
      `${kind === 'sse' ? `${sse} by SSE` : `${ws} by WebSocket`}, ${sse + ws} in all`,
      ...[half, cap < half ? cap : null, report.perSecond, report.count, sorted.length],
      ...[percentile(sorted, 0.5), percentile(sorted, 0.99), sorted.at(-1) ?? Number.NaN],
      ...[report.p50, report.p99],
    ];
  });
};

const table = async ({ seconds: asked }: BenchOptions): Promise<Table> => {
  const seconds = Math.max(LEAST_SECONDS, asked);
  const installation = await startInstallation();
  try {
    await warmUp(installation);
    await untilCalm(installation);
    const mailboxIds: string[] = [];
    while (mailboxIds.length < MAILBOXES) mailboxIds.push(await installation.newMailbox());
    const requests = depositRequests(installation, mailboxIds, recording(10));
    const most = await load({ url: installation.url, requests, pace: { inFlight: 32 }, seconds: MAXIMUM_SECONDS });
    await untilCalm(installation);
    const found: Cell[][] = [];
    for (const listeners of [
      { sse: 1, ws: 1 },
      { sse: 500, ws: 500 },
    ]) {
      found.push(...(await rows(installation, mailboxIds, listeners, most.perSecond / 2, seconds)));
      await untilCalm(installation);
    }
    return {
      title: `Live: from a deposit (10 s WAV) to its event at subscribers of one gateway, at half the highest rate`,
      columns: [
        { head: 'subscribers' },
        { head: 'half of the highest rate', digits: 1 },
        { head: 'capped at', digits: 1 },
        { head: 'deposits per s', digits: 1 },
        { head: 'deposits' },
        { head: 'events' },
        ...['event p50 ms', 'p99 ms', 'max ms', 'the 201 itself p50 ms', 'its p99 ms'].map((head) => ({
          ...{ head, digits: 1 },
        })),
      ],
      rows: found,
      notes: [
        `From when the deposit was due to when a subscriber has read the event, for ${seconds} s; all that arrived are behind the percentiles, and none is missing. All subscribers see all events: the rate is capped where that would be more than ${MOST_DELIVERIES.toLocaleString('en')} deliveries a second.`,
      ],
    };
  } finally {
    await installation.stop();
  }
};

export const live: Bench = {
  name: 'live',
  measures: 'from a deposit to its event over SSE and WebSocket, with 2 and 1,000 subscribers',
  repeats: 'whole',
  run: async (options) => [await table(options)],
};
