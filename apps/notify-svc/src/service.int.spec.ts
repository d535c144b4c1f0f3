import { type CallContext, contractEvents, eventStreamName, notifyQueries } from '@aftertone/contracts';
import { migrate } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { type Bus, connectBus, RpcClient } from '@aftertone/messaging';
import { createLogger, parseConfig, type RunningService, startService } from '@aftertone/platform';
import {
  eventually,
  freePort,
  freshDatabase,
  type OwnNats,
  type OwnServer,
  startNats,
  startPostgres,
  startSmtp,
  type TestSmtp,
} from '@aftertone/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { migrations } from './migrations/index.ts';
import { notifyService } from './service.ts';
import { environment } from './test-support/environment.ts';
import { messageOf, someMailbox } from './test-support/mailbox-events.ts';
import { mailboxStream } from './test-support/mailbox-stream.ts';

const cell = 'c1';
let nats: OwnNats;
let postgres: OwnServer;
let smtp: TestSmtp;
let bus: Bus;
let service: RunningService | undefined;

beforeEach(async () => {
  [nats, postgres, smtp] = await Promise.all([startNats(), startPostgres({ durable: true }), startSmtp()]);
  bus = connectBus({ url: nats.url, name: 'test' });
});
afterEach(async () => {
  await service?.close();
  service = undefined;
  await bus.close();
  await smtp.close();
  await Promise.all([nats.remove(), postgres.remove()]);
});

const start = async (): Promise<RunningService> => {
  const { url: databaseUrl } = await freshDatabase(postgres.url);
  const given = { natsUrl: nats.url, databaseUrl, smtpUrl: smtp.url, port: await freePort() };
  return startOn(given);
};
const startOn = async (given: Parameters<typeof environment>[0]): Promise<RunningService> => {
  const config = parseConfig(configSchema, environment(given));
  service = await startService(notifyService(config), createLogger({ service: 'notify-svc', level: 'silent' }));
  return service;
};
const readiness = async (url: string) => {
  const answer = await fetch(`${url}/readyz`);
  return { ...((await answer.json()) as { checks: Record<string, boolean> }), status: answer.status };
};
const callAs = (tenantId: string): CallContext => ({
  tenantId,
  actor: { kind: 'user', id: newId(), admin: true },
  correlationId: 'asked',
  deadline: Date.now() + 5_000,
});

it('tells of a message by e-mail, and of that on the bus and in its list', async () => {
  await start();
  const publish = mailboxStream(bus, cell);
  const box = someMailbox({ to: ['anna@example.test'] });
  const message = box.messageCreated();
  await publish(box.created(), message);
  await eventually(() => expect(smtp.messages).toHaveLength(1));

  const rpc = new RpcClient({ bus, cell });
  const list = () => rpc.call(notifyQueries.listDeliveries, { messageId: messageOf(message) }, callAs(box.tenantId));
  const delivered = await eventually(async () => {
    const { items } = await list();
    expect(items).toMatchObject([{ state: 'delivered', recipient: 'anna@example.test', eventId: message.id }]);
    return items[0];
  });

  const [replayed, completed] = await eventually(async () => {
    const { events } = await rpc.call(notifyQueries.events, { afterPosition: 0 }, callAs(box.tenantId));
    expect(events).toHaveLength(2);
    return events;
  });
  expect(completed).toMatchObject({
    paths: [`notifications.${box.mailboxId}.completed`],
    event: { data: { eventId: message.id, messageId: messageOf(message), delivered: 1, channel: 'email' } },
  });
  expect(replayed?.paths).toEqual([`notifications.${box.mailboxId}.delivered`]);
  expect(replayed?.event).toMatchObject({
    type: 'notification_delivered',
    source: '/aftertone/c1/notify',
    tenantid: box.tenantId,
    correlationid: message.correlationid,
  });
  expect(contractEvents.notificationDelivered.data.parse(replayed?.event.data)).toMatchObject({
    deliveryId: delivered?.id,
    messageId: messageOf(message),
    recipient: 'anna@example.test',
    attempts: 1,
  });
  const published = await eventually(async () => {
    const manager = await jetstreamManager(await bus.whenUp(), { checkAPI: false });
    const stored = await manager.streams.getMessage(eventStreamName(cell, 'notify'), {
      last_by_subj: `evt.${box.tenantId}.notifications.${box.mailboxId}.delivered`,
    });
    expect(stored).not.toBeNull();
    return stored;
  });
  expect(published?.json()).toEqual(replayed?.event);

  const others = await rpc.call(notifyQueries.listDeliveries, { messageId: messageOf(message) }, callAs(newId()));
  expect(others.items).toEqual([]);
});

it('starts while bus and database are down, and works as soon as they are there', async () => {
  const { url: databaseUrl } = await freshDatabase(postgres.url);
  await Promise.all([nats.stop(), postgres.stop()]);
  const { url } = await startOn({ natsUrl: nats.url, databaseUrl, smtpUrl: smtp.url, port: await freePort() });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(await readiness(url)).toMatchObject({ status: 503, checks: { store: false, bus: false } });
  await Promise.all([nats.start(), postgres.start()]);
  await eventually(async () => expect(await readiness(url)).toMatchObject({ status: 200 }), { timeoutMs: 20_000 });

  const box = someMailbox({ to: ['anna@example.test'] });
  await mailboxStream(bus, cell)(box.created(), box.messageCreated());
  await eventually(() => expect(smtp.messages).toHaveLength(1));
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('aftertone_notify_attempt_duration_seconds');
});

it('takes away what has served its time, and shows how far its relay has come', async () => {
  const { url: databaseUrl } = await freshDatabase(postgres.url);
  await migrate(databaseUrl, migrations);
  const database = new pg.Client(databaseUrl);
  await database.connect();
  await database.query(
    `INSERT INTO inbox (tenant_id, consumer, event_id, at)
     VALUES ($1, 'old', 'e', now() - interval '16 days'), ($1, 'new', 'e', now())`,
    [newId()],
  );
  const { url } = await startOn({ natsUrl: nats.url, databaseUrl, smtpUrl: smtp.url, port: await freePort() });
  await eventually(async () => {
    const { rows } = await database.query<{ consumer: string }>('SELECT consumer FROM inbox');
    expect(rows).toEqual([{ consumer: 'new' }]);
  });
  await eventually(async () =>
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('aftertone_relay_lag_events 0'),
  );
  await database.end();
});

it('keeps what it was told while the mail server, the database and the bus went away in turn', async () => {
  const { url } = await start();
  const publish = mailboxStream(bus, cell);
  const box = someMailbox({ to: ['anna@example.test'] });
  await publish(box.created());
  smtp.behave({ kind: 'refuse', code: 421, at: 'data' });
  await publish(box.messageCreated());
  await eventually(() => expect(smtp.attempts).toBeGreaterThan(0));
  await postgres.kill();
  await publish(box.messageCreated());
  await eventually(async () => expect(await readiness(url)).toMatchObject({ status: 503 }));
  await postgres.start();
  smtp.behave({ kind: 'accept' });
  await nats.kill();
  await nats.start();
  await eventually(() => expect(smtp.messages).toHaveLength(2), { timeoutMs: 25_000 });
  const ids = smtp.messages.map(({ mail }) => mail.messageId);
  expect(new Set(ids).size).toBe(2);
});
