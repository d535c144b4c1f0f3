import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Delivery, MessageItem } from '@aftertone/contracts';
import { eventually, freeze, thaw } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subscribe } from './bus.ts';
import { problemOf } from './client.ts';
import { everything } from './everything.ts';
import { Platform, SERVICES } from './platform.ts';
import { EventStream } from './sse.ts';
import { wav } from './wav.ts';

const SLOW = 120_000;

let platform: Platform;
beforeAll(async () => {
  platform = await Platform.start();
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const box = () => platform.demo.mailboxId;
const allReady = () => eventually(async () => expect(await platform.isReady()).toBe(true), { timeoutMs: 60_000 });

it(
  'keeps, announces and mails a message after every service was killed right after the 201',
  async () => {
    const bus = await subscribe(platform.demo);
    const audio = wav(1.5, 700);
    const response = await platform.admin.deposit(box(), { metadata: { callerNumber: '+4930111222' }, audio });
    platform.signal(SERVICES, 'SIGKILL');
    expect(response.status).toBe(201);
    const message = (await response.json()) as MessageItem;

    await allReady();
    const alice = platform.as('alice');
    const { items } = await alice.json<{ items: MessageItem[] }>('GET', `/v1/mailboxes/${box()}/messages`);
    expect(items.map(({ id }) => id)).toContain(message.id);
    expect(await alice.audio(message.id)).toEqual(audio);
    await eventually(
      () =>
        expect(bus.events.some(({ type, data }) => type === 'message_created' && data.messageId === message.id)).toBe(
          true,
        ),
      { timeoutMs: 30_000 },
    );
    await eventually(
      async () => {
        const { items: sent } = await alice.json<{ items: Delivery[] }>('GET', `/v1/messages/${message.id}/deliveries`);
        expect(sent.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
      },
      { timeoutMs: 60_000 },
    );
    const mails = (await platform.mails()).filter(({ subject, text }) => `${subject} ${text}`.includes('+4930111222'));
    expect(mails.length).toBeGreaterThan(0);
    await bus.close();
  },
  SLOW,
);

it(
  'keeps messages after the whole installation was killed, servers too',
  async () => {
    const audio = wav(1, 800);
    const message = await platform.admin.leave(box(), { audio });
    platform.signal([...SERVICES, 'nats-server', 'postgres'], 'SIGKILL');
    await platform.down('SIGKILL');
    await platform.up();
    expect(await platform.as('alice').audio(message.id)).toEqual(audio);
  },
  SLOW,
);

it.each([
  ['mailbox-svc', () => platform.admin.send('GET', `/v1/mailboxes/${box()}`)],
  ['media-svc', () => platform.admin.deposit(box(), { audio: wav(1) })],
  ['nats-server', () => platform.admin.send('GET', `/v1/mailboxes/${box()}`)],
])(
  'answers 503 within its deadline while %s hangs, and serves again afterwards',
  async (program, ask) => {
    const stopped = platform.pids([program]);
    await freeze(stopped);
    try {
      const started = performance.now();
      const response = await ask();
      expect(response.status).toBe(503);
      expect((await problemOf(response)).detail).not.toBe('');
      expect(performance.now() - started).toBeLessThan(20_000);
    } finally {
      thaw(stopped);
    }
    await allReady();
    await platform.admin.leave(box(), { audio: wav(1) });
  },
  SLOW,
);

/** Starts an upload and cuts the connection after `bytes`. */
const cutOff = (path: string, bytes: number) =>
  new Promise<void>((resolve) => {
    const upload = request(`${platform.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${platform.demo.adminToken}`,
        'content-type': 'multipart/form-data; boundary=cut',
      },
    });
    upload.on('error', () => resolve());
    upload.write(
      '--cut\r\ncontent-disposition: form-data; name="audio"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n',
    );
    upload.write(wav(60).subarray(0, bytes), () => upload.destroy());
    upload.on('close', () => resolve());
  });

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

it('keeps nothing of an upload that was cut off midway', async () => {
  const media = join(platform.dataDir, 'media');
  const before = filesBelow(media);
  const { items } = await platform.admin.json<{ items: unknown[] }>('GET', `/v1/mailboxes/${box()}/messages`);
  await cutOff(`/v1/mailboxes/${box()}/messages`, 300_000);
  await eventually(() => expect(filesBelow(media)).toEqual(before));
  const after = await platform.admin.json<{ items: unknown[] }>('GET', `/v1/mailboxes/${box()}/messages`);
  expect(after.items).toHaveLength(items.length);
});

it("seals a caller's number in stored events, and forgets it everywhere after a purge", async () => {
  const callerNumber = '+33199887766';
  const message = await platform.admin.leave(box(), {
    metadata: { callerNumber },
    audio: wav(1),
    idempotencyKey: 'sealed',
  });
  const alice = platform.as('alice');
  await eventually(async () => {
    const { items } = await alice.json<{ items: Delivery[] }>('GET', `/v1/messages/${message.id}/deliveries`);
    expect(items.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });
  for (const service of ['mailbox', 'media', 'notify', 'gateway'] as const) {
    const events = await everything(platform.databaseUrl(service), 'event');
    expect(events).toContain('event\n');
    expect(events).not.toContain('33199887766');
  }
  expect(await everything(platform.databaseUrl('mailbox'))).toContain('33199887766');
  expect((await alice.send('DELETE', `/v1/messages/${message.id}?purge=true`)).status).toBe(204);
  const historyPath = `/v1/messages/${message.id}/history`;
  const history = await platform.admin.json<{ items: { type: string; data: object }[] }>('GET', historyPath);
  expect(history.items.map(({ type, data }) => [type, data])).toEqual([
    ['MessageDeposited', {}],
    ['MessagePurged', {}],
  ]);
  expect((await alice.send('GET', historyPath)).status).toBe(404);
  await eventually(async () => {
    for (const service of ['mailbox', 'media', 'notify', 'gateway'] as const) {
      expect(await everything(platform.databaseUrl(service))).not.toContain('33199887766');
    }
  });
});

it(
  'stops at once and leaves no process while somebody follows the live events',
  async () => {
    const stream = await EventStream.open(platform.url, platform.demo.adminToken);
    const pids = platform.pids([...SERVICES, 'nats-server', 'postgres', 'mail-catcher']);
    expect(pids.length).toBeGreaterThanOrEqual(6);
    const started = performance.now();
    expect(await platform.down()).toBe(0);
    expect(performance.now() - started).toBeLessThan(20_000);
    await stream.ended;
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
  },
  SLOW,
);
