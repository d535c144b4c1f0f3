import { once } from 'node:events';
import { createConnection } from 'node:net';
import { eventually, natsKinds } from '@aftertone/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BusUnderTest } from '../test-support/bus-under-test.ts';
import type { TestToken } from '../test-support/test-logins.ts';
import { busUserOf } from './logins.ts';

const stream = 'EVT_c1_mailbox';
const ownPattern = ({ login }: TestToken): string => login.permissions.subscribe.allow[0] ?? '';
const ownEvent = (token: TestToken): string => ownPattern(token).replace('>', 'voicemails.messages.created');

describe.each(natsKinds())('on $name', (kind) => {
  const run = kind.missing === undefined ? it : it.skip;
  let bus: BusUnderTest;
  let admin: NatsConnection;
  let mallory: TestToken;
  let victim: TestToken;
  let client: NatsConnection;
  /** Subjects that reached the services' account or the other subscriber, beside those of the server itself. */
  const arrived: string[] = [];
  const violations: string[] = [];

  beforeAll(async () => {
    if (kind.missing !== undefined) return console.log(kind.missing);
    bus = await BusUnderTest.start(kind);
    [mallory, victim] = [bus.logins.issue(), bus.logins.issue()];
    admin = await bus.service('admin');
    const manager = await jetstreamManager(admin);
    await manager.streams.add({
      name: stream,
      subjects: ['evt.*.users.*.voicemails.>', 'evt.*.mailboxes.>'],
      allow_direct: true,
    });
    await manager.consumers.add(stream, {
      durable_name: mallory.consumer,
      deliver_subject: `sub.${mallory.subscriptionId}.mailbox`,
      filter_subject: ownEvent(mallory),
      ack_policy: 'explicit',
      ack_wait: 60_000_000_000,
    });
    const own = /^(\$JS\.(EVENT|API|ACK)|_R_|_INBOX\.|\$SYS\.|ack\.)/;
    const isExpected = (message: Msg): boolean => own.test(message.subject) || message.string() === 'hers';
    admin.subscribe('>', {
      callback: (_error, message) => void (isExpected(message) || arrived.push(message.subject)),
    });
    const other = await bus.enter(victim);
    for (const pattern of victim.login.permissions.subscribe.allow)
      other.subscribe(pattern, { callback: (_error, message) => void arrived.push(`victim ${message.subject}`) });
    await Promise.all([admin.flush(), other.flush()]);
    client = await bus.enter(mallory);
    void (async () => {
      for await (const status of client.status()) if (status.type === 'error') violations.push(status.error.message);
    })();
  });
  afterAll(() => bus?.remove());

  const lastSequence = async (): Promise<number> =>
    (await (await jetstreamManager(admin)).streams.info(stream)).state.last_seq;

  /** After everything that was sent until now was worked off. */
  const settled = async (): Promise<void> => {
    await client.flush();
    await lastSequence();
    await admin.flush();
  };

  run('publishes nowhere', async () => {
    const before = await lastSequence();
    const { tenantId } = victim.login;
    const targets = [
      ownEvent(mallory),
      ownEvent(victim),
      `evt.${tenantId}.mailboxes.b.messages.created`,
      'cmd.c1.mailbox.deposit',
      'query.c1.mailbox.list',
      `sub.${mallory.subscriptionId}.mailbox`,
      `sub.${victim.subscriptionId}.mailbox`,
      'ack.EVT_c1_mailbox.x.1.1.1.1.0',
      `_INBOX_${victim.login.tokenId}.x`,
      '_INBOX.x',
      '$SYS.REQ.SERVER.PING',
      '$SYS.REQ.USER.AUTH',
      `$JS.ACK.${stream}.${victim.consumer}.1.1.1.1.0`,
      'anything',
    ];
    for (const target of targets) client.publish(target, 'x', { reply: `_INBOX_${mallory.login.tokenId}.r` });
    await eventually(() =>
      expect(targets.filter((target) => !violations.some((text) => text.includes(`Publish to "${target}"`)))).toEqual(
        [],
      ),
    );
    await settled();
    expect(arrived).toEqual([]);
    expect(await lastSequence()).toBe(before);
  });

  run('subscribes to nothing of others', async () => {
    const { tenantId, tokenId } = victim.login;
    const targets = [
      '>',
      '*.>',
      'evt.>',
      `evt.${tenantId}.>`,
      ownPattern(victim),
      ownEvent(victim),
      ownPattern(mallory).replace(/users\..*/, '>'),
      'sub.>',
      'sub.*.mailbox',
      `sub.${victim.subscriptionId}.mailbox`,
      '_INBOX.>',
      `_INBOX_${tokenId}.>`,
      '_R_.>',
      'cmd.>',
      'query.>',
      '$SYS.>',
      '$JS.>',
      '$JS.ACK.>',
      'ack.>',
    ];
    for (const target of targets) client.subscribe(target, { callback: () => undefined });
    await eventually(() =>
      expect(
        targets.filter((target) => !violations.some((text) => text.includes(`Subscription to "${target}"`))),
      ).toEqual([]),
    );
  });

  run('does not reach JetStream', async () => {
    const calls = [
      'INFO',
      'STREAM.NAMES',
      'STREAM.CREATE.mine',
      `STREAM.DELETE.${stream}`,
      `STREAM.PURGE.${stream}`,
      `STREAM.INFO.${stream}`,
      `STREAM.MSG.GET.${stream}`,
      `STREAM.MSG.DELETE.${stream}`,
      `DIRECT.GET.${stream}`,
      `CONSUMER.CREATE.${stream}`,
      `CONSUMER.CREATE.${stream}.mine`,
      `CONSUMER.DURABLE.CREATE.${stream}.mine`,
      `CONSUMER.DELETE.${stream}.${mallory.consumer}`,
      `CONSUMER.INFO.${stream}.${mallory.consumer}`,
      `CONSUMER.MSG.NEXT.${stream}.${mallory.consumer}`,
    ];
    for (const call of calls) {
      const answer = client.request(`$JS.API.${call}`, '{}', { timeout: 2_000 });
      await expect(answer, call).rejects.toThrow(/permissions violation/i);
    }
    const { consumers } = await jetstreamManager(admin);
    expect((await consumers.info(stream, mallory.consumer)).name).toBe(mallory.consumer);
  });

  run('gets nothing published by naming a reply subject', async () => {
    const replies: string[] = [];
    client.subscribe(`sub.${mallory.subscriptionId}.mailbox`, {
      callback: (_error, message) => void (message.reply && replies.push(message.reply)),
    });
    await client.flush();
    await jetstream(admin).publish(ownEvent(mallory), 'hers');
    await eventually(() => expect(replies).toHaveLength(1));
    const before = await lastSequence();
    arrived.length = 0;
    const targets = [
      ownEvent(victim),
      'cmd.c1.mailbox.deposit',
      `sub.${victim.subscriptionId}.mailbox`,
      `_INBOX_${victim.login.tokenId}.x`,
      `$JS.API.STREAM.DELETE.${stream}`,
      `$JS.API.STREAM.PURGE.${stream}`,
    ];
    for (const reply of targets)
      for (const body of ['+NXT', '+NXT {"batch":10}', '+WPI', '-NAK', '-NAK {"delay":1}', '+ACK', '+TERM', ''])
        client.publish(replies[0] ?? '', body, { reply });
    const { consumers, streams } = await jetstreamManager(admin);
    await eventually(async () => expect((await consumers.info(stream, mallory.consumer)).num_ack_pending).toBe(0));
    await settled();
    expect(arrived).toEqual([]);
    expect(await lastSequence()).toBe(before);
    expect((await streams.info(stream)).state.messages).toBe(before);
  });

  run('has no use for reply subjects of the server', async () => {
    const got = client.closed();
    client.publish(`$JS.ACK.${stream}.${mallory.consumer}.1.1.1.1.0`, '', { reply: '_R_.x.y' });
    await Promise.race([got, client.flush()]);
    await settled();
    expect(arrived).toEqual([]);
  });

  run('does not get in as somebody else', async () => {
    const name = busUserOf(mallory.login.tokenId);
    const attempts = {
      'nobody at all': {},
      'a wrong token': { user: name, pass: 'at_wrong' },
      'no token': { user: name },
      'an empty token': { user: name, pass: '' },
      'her token under another name': { user: busUserOf(victim.login.tokenId), pass: mallory.text },
      'her token without a name': { pass: mallory.text },
      'her token as a NATS token': { token: mallory.text },
      'a token as a service': { user: 'mailbox', pass: mallory.text },
      'a token as admin': { user: 'admin', pass: mallory.text },
      'a token in the system account': { user: 'gateway-system', pass: mallory.text },
      'an expired token': (({ login, text }) => ({ user: busUserOf(login.tokenId), pass: text }))(
        bus.logins.issue({ expiresAt: Date.now() - 1_000 }),
      ),
    };
    for (const [what, credentials] of Object.entries(attempts))
      await expect(bus.connect(credentials), what).rejects.toThrow(/authorization/i);
  });

  run('is put out for sending more than the server takes', async () => {
    const socket = createConnection({ host: '127.0.0.1', port: Number(new URL(bus.nats.url).port) });
    let said = '';
    socket.on('data', (data) => {
      said += data;
    });
    const { login, text } = mallory;
    const hello = { user: busUserOf(login.tokenId), pass: text, verbose: false, pedantic: false, protocol: 1 };
    socket.write(`CONNECT ${JSON.stringify(hello)}\r\nPING\r\n`);
    await eventually(() => expect(said).toContain('PONG'));
    const ended = once(socket, 'close');
    socket.write(`PUB $JS.ACK.${stream}.${mallory.consumer}.1.1.1.1.0 2000000\r\n`);
    await ended;
    expect(said).toContain('Maximum Payload Violation');
  });
});
