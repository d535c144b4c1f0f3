import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type CloudEvent, newWebhook } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { freePort } from '@aftertone/local';
import { startInProcess } from '@aftertone/notify-svc/in-process';
import { startDatabase } from '../append/database.ts';
import type { Bench } from '../bench.ts';
import { percentile } from '../figures.ts';
import { type Box, callIn, mailboxCreated, messageCreated } from './events.ts';
import { type Sink, startSink } from './sink.ts';

interface HealthyRow {
  what: string;
  perSecond: number;
  p50: number;
  p99: number;
  max: number;
}

/** Half of them are measured: those for endpoints that answer. */
const messages = 10_000;
/** Fewer where there is only something to compare with. */
const messagesToCompare = 2_000;
const healthyEndpoints = 50;
const otherEndpoints = 1_000;
/** Messages that are measured, each second; as many go to the others. */
const perSecond = 50;
const tickMs = 20;
/** Webhooks that are created at once. */
const madeAtOnce = 25;
const tenants = 10;

const now = (): number => performance.timeOrigin + performance.now();

const sorted = (delays: number[]): number[] => delays.sort((a, b) => a - b);

const rowOf = (what: string, rate: number, delays: number[]): HealthyRow => {
  const all = sorted(delays);
  return {
    what,
    perSecond: rate,
    p50: percentile(all, 0.5),
    p99: percentile(all, 0.99),
    max: all.at(-1) ?? Number.NaN,
  };
};

/** Calls `once` so often, whatever becomes of the calls before; resolves with them all. */
const atRate = async (count: number, once: (n: number) => Promise<void>): Promise<void> => {
  const perTick = (perSecond * tickMs) / 1000;
  const began = performance.now();
  const calls: Promise<void>[] = [];
  for (let tick = 0; calls.length < count; tick++) {
    await delay(Math.max(0, began + tick * tickMs - performance.now()));
    for (const due = Math.min(count, (tick + 1) * perTick); calls.length < due; ) calls.push(once(calls.length));
  }
  await Promise.all(calls);
};

const environment = async (databaseUrl: string): Promise<NodeJS.ProcessEnv> => ({
  HOST: '127.0.0.1',
  PORT: String(await freePort()),
  LOG_LEVEL: 'silent',
  NATS_URL: 'nats://127.0.0.1:9',
  DATABASE_URL_NOTIFY: databaseUrl,
  AFTERTONE_KEK: randomBytes(32).toString('base64'),
  MEDIA_GRANT_SECRET: randomBytes(32).toString('base64'),
  MEDIA_URL: 'http://127.0.0.1:9',
  LINK_SECRET: randomBytes(32).toString('base64'),
  PUBLIC_URL: 'http://127.0.0.1:9',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'bench@example.org',
  OUTGOING_ALLOW_NETWORKS: '127.0.0.0/8',
  OUTGOING_ALLOW_HTTP: 'true',
});

/** An address of this machine for each endpoint, as each has a server of its own elsewhere. */
const hostOf = (network: number, n: number): string => `127.${network}.${Math.floor(n / 250)}.${1 + (n % 250)}`;

/** Posts the same bodies to the same server without anything around it. */
const benchRaw = async (): Promise<HealthyRow> => {
  const sink = await startSink();
  const told = new Map<string, number>();
  const count = messagesToCompare / 2;
  await atRate(count, async (n) => {
    const { id: eventId, ...event } = messageCreated({ tenantId: newId(), mailboxId: newId() });
    told.set(eventId, now());
    const url = `http://${hostOf(2, n % healthyEndpoints)}:${sink.port}/ok`;
    const body = JSON.stringify({ type: event.type, data: { ...event.data, eventId } });
    await (await fetch(url, { method: 'POST', body })).arrayBuffer();
  });
  await sink.until(told.keys());
  sink.stop();
  return rowOf('HTTP posts alone', perSecond, delaysOf(told, sink));
};

const delaysOf = (told: ReadonlyMap<string, number>, sink: Sink): number[] =>
  [...told].map(([eventId, at]) => (sink.arrived.get(eventId) ?? Number.POSITIVE_INFINITY) - at);

/** `dead`: the others refuse or hang; otherwise they answer, too, so that it is the same work. */
const bench = async (dead: boolean): Promise<HealthyRow> => {
  const [database, sink, closedPort] = await Promise.all([startDatabase(), startSink(), freePort()]);
  const notify = await startInProcess(await environment(database.url));
  try {
    const tenantIds = Array.from({ length: tenants }, () => newId());
    const boxWith = async (n: number, url: string): Promise<Box> => {
      const box = { tenantId: tenantIds[n % tenants] ?? '', mailboxId: newId() };
      await notify.tell([mailboxCreated(box)]);
      await notify.createWebhook(callIn(box.tenantId), box.mailboxId, newWebhook.parse({ name: 'bench', url }));
      return box;
    };
    const boxes = async (count: number, urlOf: (n: number) => string): Promise<Box[]> => {
      const made: Box[] = [];
      while (made.length < count) {
        const length = Math.min(madeAtOnce, count - made.length);
        made.push(
          ...(await Promise.all(Array.from({ length }, (_, n) => boxWith(made.length + n, urlOf(made.length + n))))),
        );
      }
      return made;
    };
    const healthy = await boxes(healthyEndpoints, (n) => `http://${hostOf(2, n)}:${sink.port}/ok`);
    // Every other one refuses at once, the rest take the request and never answer.
    const otherUrl = (n: number): string => `${n % 2 === 0 ? closedPort : sink.port}/hang`;
    const others = await boxes(
      otherEndpoints,
      (n) => `http://${hostOf(3, n)}:${dead ? otherUrl(n) : `${sink.port}/ok`}`,
    );
    const told = new Map<string, number>();
    const next = (group: readonly Box[], n: number): CloudEvent[] => {
      const box = group[n % group.length];
      return box === undefined ? [] : [messageCreated(box)];
    };
    await atRate((dead ? messages : messagesToCompare) / 2, async (n) => {
      const ours = next(healthy, n);
      const beside = next(others, n);
      for (const { id } of ours) told.set(id, now());
      await notify.tell([...beside, ...ours]);
    });
    await sink.until(told.keys());
    const what = `webhooks beside ${otherEndpoints} that ${dead ? 'refuse or hang' : 'answer'}`;
    return rowOf(what, perSecond, delaysOf(told, sink));
  } finally {
    await notify.stop();
    sink.stop();
    await database.stop();
  }
};

/** How long a message takes from its event to the webhook, with and without dead ones, and what HTTP alone takes. */
const benchHealthy = async (): Promise<HealthyRow[]> => [await benchRaw(), await bench(false), await bench(true)];

export const notifications: Bench = {
  name: 'notifications',
  measures: 'from an event to its webhook beside 1,000 dead ones',
  repeats: 'whole',
  run: async () => [
    {
      title: 'Webhooks: from an event to its arrival, 10,000 messages beside dead ones, 2,000 to compare',
      columns: [
        { head: 'what' },
        { head: 'healthy per s' },
        ...['p50 ms', 'p99 ms', 'max ms'].map((head) => ({ head, digits: 1 })),
      ],
      rows: (await benchHealthy()).map(({ what, perSecond, p50, p99, max }) => [what, perSecond, p50, p99, max]),
      notes: [
        'Every other message goes to one of 50 webhooks that answer, and only these are measured. Compare the last row (the other 1,000 are dead) with the one before (they answer, too).',
      ],
    },
  ],
};
