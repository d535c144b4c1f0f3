import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type CloudEvent, eventHeaders, eventSubject } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { freePort, launch, untilReady } from '@aftertone/local';
import { type Bus, connectBus, jetStreamTarget } from '@aftertone/messaging';
import pg from 'pg';
import { startDatabase } from '../append/database.ts';
import type { Bench } from '../bench.ts';
import { familyOf, processes } from '../machine/proc.ts';
import { startNats } from '../nats.ts';
import { type Box, countsOf, mailboxCreated, messageCreated } from './events.ts';

export interface DrainRow {
  what: string;
  mailboxes: number;
  /** Messages, each with its event and the counts behind it. */
  messages: number;
  perSecond: number;
  /** Processor time per message of the service and of its Postgres. */
  serviceMs: number;
  databaseMs: number;
}

interface Kind {
  what: string;
  mailboxes: number;
  lamps: boolean;
}

const messages = 10_000;
const cell = 'c1';
const workspace = fileURLToPath(new URL('../../..', import.meta.url));

const kinds: readonly Kind[] = [
  { what: 'nobody is told', mailboxes: 100, lamps: false },
  { what: 'lamps', mailboxes: 100, lamps: true },
  { what: 'lamps', mailboxes: 1, lamps: true },
];

const publishAll = async (bus: Bus, events: readonly CloudEvent[]): Promise<void> => {
  await bus.whenUp();
  const target = jetStreamTarget({ bus, cell, service: 'mailbox' });
  let { lastSequence } = await target.inspect();
  const pageSize = 1_000;
  for (let from = 0; from < events.length; from += pageSize) {
    const page = events.slice(from, from + pageSize).map((event, n) => ({
      subject: eventSubject(event.tenantid, event.subject),
      id: event.id,
      position: from + n + 1,
      part: 0,
      headers: { [eventHeaders.contentType]: 'application/cloudevents+json' },
      body: JSON.stringify(event),
    }));
    lastSequence = await target.publish(page, lastSequence);
  }
};

const backlogOf = ({ mailboxes, lamps }: Kind): CloudEvent[] => {
  const tenantId = newId();
  const boxes = Array.from({ length: mailboxes }, (): Box => ({ tenantId, mailboxId: newId() }));
  const told = Array.from({ length: messages }, (_, n) => {
    const box = boxes[n % boxes.length];
    const place = Math.floor(n / boxes.length) + 1;
    return box === undefined ? [] : [messageCreated(box, 2 * place), countsOf(box, place, 2 * place + 1)];
  });
  return [...boxes.map((box) => mailboxCreated(box, lamps)), ...told.flat()];
};

const startService = async (folder: string, databaseUrl: string, natsUrl: string) => {
  const port = await freePort();
  const secret = (): string => randomBytes(32).toString('base64');
  const server = await launch({
    name: 'notify-svc',
    command: process.execPath,
    args: [join(workspace, 'apps/notify-svc/dist/main.js')],
    env: {
      ...process.env,
      ...{ HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'warn', NATS_URL: natsUrl, AFTERTONE_CELL: cell },
      ...{ DATABASE_URL_NOTIFY: databaseUrl, AFTERTONE_KEK: secret(), MEDIA_GRANT_SECRET: secret() },
      ...{ MEDIA_URL: 'http://127.0.0.1:9', LINK_SECRET: secret(), PUBLIC_URL: 'http://127.0.0.1:9' },
      ...{ SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'bench@example.org' },
    },
    logFile: join(folder, 'notify-svc.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true,
    readyTimeoutMs: 30_000,
    stopSignal: 'SIGTERM',
    graceMs: 15_000,
  });
  return server;
};

const drained = `
  SELECT (SELECT count(*) FROM announced_event) >= $1 AND NOT EXISTS (SELECT FROM delivery_queue)
    AND (SELECT position FROM log_head) <= (SELECT min(position) FROM relay_checkpoint) AS idle`;

/** Resolves when every message is announced and nothing waits to be sent or to be put on the bus. */
const untilDrained = async (database: pg.Client): Promise<void> => {
  for (;;) {
    const { rows } = await database.query<{ idle: boolean }>(drained, [messages]);
    if (rows[0]?.idle) return;
    await delay(100);
  }
};

const drain = async (kind: Kind): Promise<DrainRow> => {
  const folder = mkdtempSync(join(tmpdir(), 'aftertone-bench-'));
  const [database, nats] = await Promise.all([startDatabase(), startNats(folder)]);
  const bus = connectBus({ url: nats.url, name: 'bench' });
  try {
    await publishAll(bus, backlogOf(kind));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const service = await startService(folder, database.url, nats.url);
    await untilReady(service);
    const [began, postgresBefore] = [performance.now(), database.cpuMs()];
    const serviceBefore = cpuMsOf(service.identity.pid);
    await untilDrained(client);
    const row = {
      ...kind,
      messages,
      perSecond: (messages * 1000) / (performance.now() - began),
      serviceMs: (cpuMsOf(service.identity.pid) - serviceBefore) / messages,
      databaseMs: (database.cpuMs() - postgresBefore) / messages,
    };
    await client.end();
    await service.stop();
    return row;
  } finally {
    await bus.close();
    await nats.stop();
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Milliseconds of CPU of a program and all that it has started. */
const cpuMsOf = (pid: number): number =>
  familyOf(pid, processes()).reduce((sum, { cpuMs, endedChildrenMs }) => sum + cpuMs + endedChildrenMs, 0);

const benchDrain = async (): Promise<DrainRow[]> => {
  const rows: DrainRow[] = [];
  for (const kind of kinds) rows.push(await drain(kind));
  return rows;
};

/** How fast notify-svc works off what gathered on the bus while it was away. */
export const notifyDrain: Bench = {
  name: 'notify-drain',
  measures: 'notifications of a backlog of messages on the bus',
  run: async () => [
    {
      title: 'Notifications: a backlog on the bus, a message and its counts each, worked off',
      columns: [
        ...['told', 'mailboxes', 'messages', 'messages per s'].map((head) => ({ head })),
        ...['notify-svc: ms of CPU each', 'its Postgres'].map((head) => ({ head, digits: 3 })),
      ],
      rows: (await benchDrain()).map(({ what, mailboxes, perSecond, serviceMs, databaseMs }) => [
        `${what}, ${mailboxes} mailbox${mailboxes === 1 ? '' : 'es'}`,
        ...[mailboxes, messages, perSecond, serviceMs, databaseMs],
      ]),
    },
  ],
};
