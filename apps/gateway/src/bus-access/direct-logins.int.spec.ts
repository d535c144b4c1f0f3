import { randomUUID } from 'node:crypto';
import { eventually, natsKinds } from '@aftertone/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BusUnderTest } from '../test-support/bus-under-test.ts';
import { type BusLogin, busUserOf } from './logins.ts';

/** What an ended token may still be on the bus. */
const cutOffMs = 5_000;
const ownEvents = ({ permissions }: BusLogin): string => permissions.subscribe.allow[0] ?? '';
const eventOf = (login: BusLogin, verb = 'created'): string =>
  ownEvents(login).replace('>', `voicemails.messages.${verb}`);

const collect = async (connection: NatsConnection, subject: string): Promise<Msg[]> => {
  const got: Msg[] = [];
  connection.subscribe(subject, { callback: (error, message) => void (error === null && got.push(message)) });
  await connection.flush();
  return got;
};

const within = (check: () => void | Promise<void>): Promise<void> => eventually(check, { timeoutMs: cutOffMs });

describe.each(natsKinds())('on $name', (kind) => {
  const run = kind.missing === undefined ? it : it.skip;
  let bus: BusUnderTest;
  let admin: NatsConnection;
  beforeAll(async () => {
    if (kind.missing !== undefined) return console.log(kind.missing);
    bus = await BusUnderTest.start(kind);
    admin = await bus.service('admin');
    const streams = await jetstreamManager(admin);
    await streams.streams.add({ name: 'EVT_c1_mailbox', subjects: ['evt.*.users.*.voicemails.>'] });
  });
  afterAll(() => bus?.remove());

  run('a token reads the events of its owner and of nobody else, live', async () => {
    const [ana, ben] = [bus.logins.issue(), bus.logins.issue()];
    const prepared = await bus.register(ana);
    expect(prepared).toEqual({
      servers: [`nats://${bus.host}`],
      user: busUserOf(ana.login.tokenId),
      inboxPrefix: `_INBOX_${ana.login.tokenId}`,
      subjects: ana.login.permissions.subscribe,
    });
    const [anas, bens] = [
      await collect(await bus.logIn(ana), ownEvents(ana.login)),
      await collect(await bus.enter(ben), ownEvents(ben.login)),
    ];
    admin.publish(eventOf(ana.login), 'for ana');
    admin.publish(eventOf(ben.login), 'for ben');
    await eventually(() => expect([anas.length, bens.length]).toEqual([1, 1]));
    expect([...anas, ...bens].map((message) => message.string())).toEqual(['for ana', 'for ben']);
  });

  run('a durable consumer brings what happened meanwhile, and an answer acknowledges it', async () => {
    const token = bus.logins.issue();
    const consumers = (await jetstreamManager(admin)).consumers;
    const deliver = `sub.${token.subscriptionId}.mailbox`;
    await consumers.add('EVT_c1_mailbox', {
      durable_name: token.consumer,
      deliver_subject: deliver,
      filter_subject: ownEvents(token.login).replace('>', 'voicemails.>'),
      ack_policy: 'explicit',
      ack_wait: 60_000_000_000,
    });
    const subject = eventOf(token.login);
    await admin.request(subject, 'missed');
    const client = await bus.enter(token);
    const got = await collect(client, deliver);
    await eventually(() =>
      expect(got.map((message) => [message.subject, message.string()])).toEqual([[subject, 'missed']]),
    );
    const pending = async () => (await consumers.info('EVT_c1_mailbox', token.consumer)).num_ack_pending;
    expect(await pending()).toBe(1);
    got[0]?.respond();
    await eventually(async () => expect(await pending()).toBe(0));
    expect((await consumers.info('EVT_c1_mailbox', token.consumer)).ack_floor.consumer_seq).toBe(1);
  });

  run('a deleted token is cut off, and nobody else', async () => {
    const [gone, stays] = [bus.logins.issue(), bus.logins.issue()];
    const [client, other, service] = [await bus.enter(gone), await bus.enter(stays), await bus.service('notify')];
    bus.logins.revoke(gone);
    await within(() => expect(client.isClosed()).toBe(true));
    await expect(bus.logIn(gone)).rejects.toThrow(/authorization/i);
    expect([other.isClosed(), service.isClosed(), admin.isClosed()]).toEqual([false, false, false]);
    const got = await collect(other, ownEvents(stays.login));
    admin.publish(eventOf(stays.login), 'on');
    await eventually(() => expect(got).toHaveLength(1));
  });

  run('an expired token is cut off', async () => {
    const token = bus.logins.issue({ expiresAt: Date.now() + 4_000 });
    const client = await bus.enter(token);
    await eventually(() => expect(Date.now()).toBeGreaterThan(token.login.expiresAt ?? 0));
    await within(() => expect(client.isClosed()).toBe(true));
    await expect(bus.logIn(token)).rejects.toThrow(/authorization/i);
  });

  run('changed permissions hold on open connections too', async () => {
    const token = bus.logins.issue();
    const client = await bus.enter(token, { reconnect: true, reconnectTimeWait: 100 });
    const got = await collect(client, ownEvents(token.login));
    const more = `evt.${token.login.tenantId}.voicemails.global.>`;
    bus.logins.grant(token, [more]);
    await within(async () => {
      got.length = 0;
      admin.publish(eventOf(token.login), 'no longer');
      await admin.flush();
      await client.flush();
      expect(got).toEqual([]);
      const wider = await collect(client, more);
      admin.publish(more.replace('>', 'messages.created'), 'new');
      await admin.flush();
      await client.flush();
      expect(wider.length).toBeGreaterThan(0);
    });
  });

  run('who registers again has what was granted meanwhile at once', async () => {
    const token = bus.logins.issue();
    await bus.register(token);
    const more = `sub.${randomUUID()}.>`;
    bus.logins.grant(token, [...token.login.permissions.subscribe.allow, more]);
    const client = await bus.enter(token);
    const refused: string[] = [];
    client.subscribe(more.replace('>', 'events'), { callback: (error) => void (error && refused.push(error.message)) });
    await client.flush();
    expect(refused).toEqual([]);
  });

  run('what is denied inside of what is allowed is not brought', async () => {
    const token = bus.logins.issue();
    const denied = eventOf(token.login, 'deleted');
    bus.logins.grant(token, [ownEvents(token.login)], [denied]);
    const got = await collect(await bus.enter(token), ownEvents(token.login));
    admin.publish(denied, 'hidden');
    admin.publish(eventOf(token.login), 'seen');
    await eventually(() => expect(got.map((message) => message.string())).toEqual(['seen']));
  });

  run('who may read nothing reads nothing', async () => {
    const token = bus.logins.issue();
    bus.logins.grant(token, []);
    const client = await bus.enter(token);
    const got = await collect(client, ownEvents(token.login));
    admin.publish(eventOf(token.login), 'nothing');
    await admin.flush();
    await client.flush();
    expect(got).toEqual([]);
  });

  run('somebody whose subjects the server would not take keeps nobody else out', async () => {
    const [odd, fine] = [bus.logins.issue(), bus.logins.issue()];
    bus.logins.grant(odd, ['evt.t."} evil'], []);
    const refused = bus.byCallout ? bus.enter(odd) : bus.register(odd);
    await expect(refused).rejects.toThrow(bus.byCallout ? /authorization/i : /does not know/);
    expect((await bus.enter(fine)).isClosed()).toBe(false);
  });

  run('while the store of tokens fails nobody gets in and nobody is put out', async () => {
    const [inside, outside] = [bus.logins.issue(), bus.logins.issue()];
    const client = await bus.enter(inside);
    bus.logins.failure = new Error('the store does not answer');
    try {
      await expect(bus.register(outside)).rejects.toThrow('the store does not answer');
      await expect(bus.logIn(outside)).rejects.toThrow(/authorization|timeout/i);
      const before = bus.logins.watched;
      await eventually(() => expect(bus.logins.watched).toBeGreaterThan(before + 1), { timeoutMs: 20_000 });
      expect(client.isClosed()).toBe(false);
      await client.flush();
    } finally {
      bus.logins.failure = undefined;
    }
    await bus.enter(outside);
  });

  run('while the gateway is down nobody new gets in, and the open connections stay', async () => {
    const [inside, outside] = [bus.logins.issue(), bus.logins.issue()];
    const client = await bus.enter(inside);
    const got = await collect(client, ownEvents(inside.login));
    await bus.stopGateway();
    await expect(bus.logIn(outside)).rejects.toThrow(/authorization|timeout/i);
    admin.publish(eventOf(inside.login), 'on');
    await eventually(() => expect(got).toHaveLength(1));
    await bus.startGateway();
    await bus.enter(outside);
  });

  run('after a restart of the server a client is back by itself', async () => {
    const token = bus.logins.issue();
    const client = await bus.enter(token, {
      reconnect: true,
      reconnectTimeWait: 100,
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true,
    });
    const got = await collect(client, ownEvents(token.login));
    await bus.nats.kill();
    await bus.nats.start();
    admin = await bus.service('admin');
    await eventually(() => {
      admin.publish(eventOf(token.login), randomUUID());
      expect(got.length).toBeGreaterThan(0);
    });
    bus.logins.revoke(token);
    await within(async () => {
      await expect(bus.logIn(token)).rejects.toThrow(/authorization/i);
      got.length = 0;
      admin.publish(eventOf(token.login), 'late');
      await admin.flush();
      expect(got).toEqual([]);
    });
  });
});
