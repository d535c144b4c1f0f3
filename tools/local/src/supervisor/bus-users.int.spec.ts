import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_NATS_IMAGE, locateNats } from '../nats/locate.ts';
import { natsProgram } from '../nats/program.ts';
import { guard } from '../process/guard.ts';
import { freePort } from '../process/ports.ts';
import { launch, type RunningProgram, untilReady } from '../process/program.ts';
import { busUsers } from './bus-users.ts';

const PASSWORDS = { mailbox: 'm', media: 'a', notify: 'n', gateway: 'g', admin: 'x' };
type User = keyof typeof PASSWORDS;

let folder: string;
let port: number;
let server: RunningProgram;
const open: NatsConnection[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aftertone-bus-'));
  guard({ watchFolder: folder });
  port = await freePort();
  const cacheDir = fileURLToPath(new URL('../../../../.cache/nats', import.meta.url));
  const source = await locateNats({ cacheDir, image: DEFAULT_NATS_IMAGE, say: (line) => console.log(line) });
  const users = busUsers('c1', PASSWORDS);
  server = await launch(natsProgram({ source, dataDir: folder, logFile: join(folder, 'log'), port, users }));
  guard({ watch: server.identity });
  await untilReady(server);
});
afterAll(async () => {
  await Promise.all(open.map((connection) => connection.close()));
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function login(user: User): Promise<NatsConnection> {
  const inboxPrefix = `_INBOX.${user}`;
  const connection = await connect({ servers: `127.0.0.1:${port}`, user, pass: PASSWORDS[user], inboxPrefix });
  open.push(connection);
  return connection;
}

/** Whether what the sender publishes there reaches somebody who listens to `pattern`. */
async function arrives(
  sender: NatsConnection,
  subject: string,
  listener: NatsConnection,
  pattern: string,
): Promise<boolean> {
  let arrived = false;
  const subscription = listener.subscribe(pattern, {
    callback: (error, message) => {
      arrived ||= error === null && message.subject === subject;
    },
  });
  await listener.flush();
  sender.publish(subject, '{}');
  // The server answers each flush after everything that came before it on that connection.
  await sender.flush();
  await listener.flush();
  subscription.unsubscribe();
  return arrived;
}

it('lets nobody in without a login', async () => {
  await expect(connect({ servers: `127.0.0.1:${port}`, reconnect: false })).rejects.toThrow(/authorization/i);
});

const OWN: Record<Exclude<User, 'admin'>, string[]> = {
  mailbox: [
    'evt.t.mailboxes.b.messages.created',
    'evt.t.voicemails.global.messages.created',
    'evt.t.users.u.voicemails.mwi.updated',
  ],
  media: ['evt.t.media.m.stored'],
  notify: ['evt.t.notifications.b.delivered'],
  gateway: ['evt.t.identity.users.u.created', 'cmd.c1.mailbox.deposit', 'query.c1.mailbox.list'],
};

it.each(Object.keys(OWN) as (keyof typeof OWN)[])('lets %s publish in its own areas only', async (user) => {
  const [sender, admin] = [await login(user), await login('admin')];
  for (const [owner, subjects] of Object.entries(OWN)) {
    for (const subject of subjects) {
      expect([subject, await arrives(sender, subject, admin, '>')]).toEqual([subject, owner === user]);
    }
  }
});

it('lets a service listen to events and to the calls for itself', async () => {
  const [mailbox, admin] = [await login('mailbox'), await login('admin')];
  expect(await arrives(admin, 'evt.t.media.m.stored', mailbox, 'evt.>')).toBe(true);
  expect(await arrives(admin, 'cmd.c1.mailbox.deposit', mailbox, 'cmd.c1.mailbox.>')).toBe(true);
  expect(await arrives(admin, 'cmd.c1.media.delete', mailbox, 'cmd.c1.media.>')).toBe(false);
  expect(await arrives(admin, 'cmd.c1.media.delete', mailbox, 'cmd.>')).toBe(false);
});

it('lets a service answer the gateway, and nobody else write to an inbox', async () => {
  const [gateway, mailbox, admin] = [await login('gateway'), await login('mailbox'), await login('admin')];
  mailbox.subscribe('query.c1.mailbox.count', {
    queue: 'mailbox',
    callback: (_error, message) => void message.respond('7'),
  });
  await mailbox.flush();
  const answer = await gateway.request('query.c1.mailbox.count', '{}', { timeout: 5_000 });
  expect(answer.string()).toBe('7');
  // Not even where somebody is asked to answer there: the server keeps no account of questions, which would cost it more than
  // the messages themselves.
  const heard: string[] = [];
  admin.subscribe('_INBOX.somebody.*', { callback: (_error, message) => void heard.push(message.subject) });
  admin.publish('query.c1.mailbox.count', '{}', { reply: '_INBOX.somebody.2' });
  await admin.flush();
  await mailbox.flush();
  await mailbox.flush();
  await admin.flush();
  expect(heard).toEqual([]);
  expect(await arrives(mailbox, '_INBOX.somebody.1', admin, '_INBOX.>')).toBe(false);
  // By a permission that the server does not forget when it reads its configuration again.
  expect(await arrives(mailbox, '_INBOX.gateway.1', admin, '_INBOX.>')).toBe(true);
});

it('lets the gateway alone answer a server that asks who may log in', async () => {
  const [gateway, mailbox, admin] = [await login('gateway'), await login('mailbox'), await login('admin')];
  expect(await arrives(gateway, '$SYS._INBOX.server.1', admin, '$SYS._INBOX.>')).toBe(true);
  expect(await arrives(mailbox, '$SYS._INBOX.server.1', admin, '$SYS._INBOX.>')).toBe(false);
});

it('lets a service change its own stream and only read that of another', async () => {
  const mailbox = await login('mailbox');
  const notify = await login('notify');
  const ask = async (from: NatsConnection, subject: string, body: unknown): Promise<string> => {
    const answer = await from.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 1_500 });
    return answer.string();
  };
  const stream = { name: 'EVT_c1_mailbox', subjects: ['evt.*.mailboxes.>'], storage: 'file' };
  expect(await ask(mailbox, 'STREAM.CREATE.EVT_c1_mailbox', stream)).not.toContain('error');
  const durable = { durable_name: 'notify-mailboxes', ack_policy: 'explicit' };
  const consumer = { stream_name: stream.name, config: durable };
  expect(await ask(notify, 'CONSUMER.CREATE.EVT_c1_mailbox.notify-mailboxes', consumer)).not.toContain('"error"');
  expect(await ask(notify, 'STREAM.INFO.EVT_c1_mailbox', {})).toContain('EVT_c1_mailbox');
  for (const verb of ['PURGE', 'DELETE', 'UPDATE']) {
    await expect(ask(notify, `STREAM.${verb}.EVT_c1_mailbox`, stream)).rejects.toThrow();
  }
  expect(await ask(mailbox, 'STREAM.PURGE.EVT_c1_mailbox', {})).not.toContain('error');
});
