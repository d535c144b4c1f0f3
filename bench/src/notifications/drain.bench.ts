import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CloudEvent, eventHeaders, eventSubject, newWebhook, notifyCommands } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { type Bus, connectBus, jetStreamTarget, RpcClient } from '@aftertone/messaging';
import pg from 'pg';
import { startDatabase } from '../append/database.ts';
import type { Bench } from '../bench.ts';
import { startNats } from '../nats.ts';
import { type Box, callIn, countsOf, mailboxCreated, messageCreated } from './events.ts';
import { type OwnServiceOptions, startOwnService } from './own-service.ts';
import { startMailSink, startSink } from './sink.ts';

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
  messages: number;
  lamps?: boolean;
  /** An e-mail for each message. */
  mails?: boolean;
  /** A webhook of each mailbox is told of each message. */
  webhooks?: boolean;
}

const cell = 'c1';

const kinds: readonly Kind[] = [
  { what: 'nobody is told', mailboxes: 100, messages: 10_000 },
  { what: 'lamps', mailboxes: 100, messages: 10_000, lamps: true },
  { what: 'lamps', mailboxes: 1, messages: 10_000, lamps: true },
  { what: 'an e-mail', mailboxes: 100, messages: 3_000, mails: true },
  { what: 'a webhook', mailboxes: 100, messages: 3_000, webhooks: true },
  { what: 'an e-mail, a webhook and lamps', mailboxes: 100, messages: 3_000, lamps: true, mails: true, webhooks: true },
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

const boxesOf = ({ mailboxes }: Kind): Box[] => {
  const tenantId = newId();
  return Array.from({ length: mailboxes }, () => ({ tenantId, mailboxId: newId() }));
};

const backlogOf = ({ messages, lamps = false, mails = false }: Kind, boxes: readonly Box[]): CloudEvent[] => {
  const told = Array.from({ length: messages }, (_, n) => {
    const box = boxes[n % boxes.length];
    const place = Math.floor(n / boxes.length) + 1;
    return box === undefined ? [] : [messageCreated(box, 2 * place), countsOf(box, place, 2 * place + 1)];
  });
  const to = mails ? ['anna@example.org'] : [];
  return [...boxes.map((box) => mailboxCreated(box, { lamps, to })), ...told.flat()];
};

/** Each has a server of its own, as far as an address makes one. */
const createWebhooks = async (bus: Bus, boxes: readonly Box[], port: number): Promise<void> => {
  const rpc = new RpcClient({ bus, cell });
  for (const [n, { tenantId, mailboxId }] of boxes.entries()) {
    const webhook = newWebhook.parse({ name: 'bench', url: `http://127.2.0.${1 + n}:${port}/ok` });
    await rpc.call(notifyCommands.createWebhook, { mailboxId, webhook }, callIn(tenantId));
  }
};

/** As it was left: with its tables and its webhooks, and nothing to do. */
const prepare = async (options: OwnServiceOptions, made: () => Promise<void>): Promise<void> => {
  const service = await startOwnService(options);
  await made();
  await service.stop();
};

const drained = `
  SELECT (SELECT count(*) FROM announced_event) >= $1 AND NOT EXISTS (SELECT FROM delivery_queue)
    AND (SELECT position FROM log_head) <= (SELECT min(position) FROM relay_checkpoint) AS idle`;

/** Resolves when every message is announced and nothing waits to be sent or to be put on the bus. */
const untilDrained = async (database: pg.Client, messages: number): Promise<void> => {
  for (;;) {
    const { rows } = await database.query<{ idle: boolean }>(drained, [messages]);
    if (rows[0]?.idle) return;
    await delay(100);
  }
};

const drain = async (kind: Kind): Promise<DrainRow> => {
  const folder = mkdtempSync(join(tmpdir(), 'aftertone-bench-'));
  const [database, nats, web, mail] = await Promise.all([
    startDatabase(),
    startNats(folder),
    startSink(),
    startMailSink(),
  ]);
  const bus = connectBus({ url: nats.url, name: 'bench' });
  try {
    const kek = randomBytes(32).toString('base64');
    const options = { folder, databaseUrl: database.url, natsUrl: nats.url, cell, smtpPort: mail.port, kek };
    const boxes = boxesOf(kind);
    await prepare(options, async () => {
      if (kind.webhooks) await createWebhooks(bus, boxes, web.port);
    });
    await publishAll(bus, backlogOf(kind, boxes));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const service = await startOwnService(options);
    const { messages } = kind;
    const [began, postgresBefore, serviceBefore] = [performance.now(), database.cpuMs(), service.cpuMs()];
    await untilDrained(client, messages);
    const row = {
      ...kind,
      perSecond: (messages * 1000) / (performance.now() - began),
      serviceMs: (service.cpuMs() - serviceBefore) / messages,
      databaseMs: (database.cpuMs() - postgresBefore) / messages,
    };
    await client.end();
    await service.stop();
    return row;
  } finally {
    await bus.close();
    web.stop();
    mail.stop();
    await nats.stop();
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const benchDrain = async (): Promise<DrainRow[]> => {
  const rows: DrainRow[] = [];
  for (const kind of kinds) rows.push(await drain(kind));
  return rows;
};

/** How fast notify-svc works off what gathered on the bus while it was away. */
export const notifyDrain: Bench = {
  name: 'notify-drain',
  measures: 'notifications of a backlog of messages on the bus',
  repeats: 'whole',
  run: async () => [
    {
      title: 'Notifications: a backlog on the bus, a message and its counts each, worked off',
      columns: [
        ...['told', 'mailboxes', 'messages', 'messages per s'].map((head) => ({ head })),
        ...['notify-svc: ms of CPU each', 'its Postgres'].map((head) => ({ head, digits: 3 })),
      ],
      rows: (await benchDrain()).map(({ what, mailboxes, messages, perSecond, serviceMs, databaseMs }) => [
        `${what}, ${mailboxes} mailbox${mailboxes === 1 ? '' : 'es'}`,
        ...[mailboxes, messages, perSecond, serviceMs, databaseMs],
      ]),
    },
  ],
};
