import type { Counts, Delivery, Mailbox, MessageItem } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscribe } from './bus.ts';
import { Client, problemOf } from './client.ts';
import { runExample } from './example.ts';
import { Platform } from './platform.ts';
import { EventStream } from './sse.ts';
import { wav } from './wav.ts';

let platform: Platform;
let alice: Client;
let bob: Client;
let admin: Client;
let box: string;

beforeAll(async () => {
  platform = await Platform.start();
  alice = platform.as('alice');
  bob = platform.as('bob');
  admin = platform.admin;
  box = platform.demo.mailboxId;
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const countsOf = (client: Client, mailboxId = box) => client.json<Counts>('GET', `/v1/mailboxes/${mailboxId}/counts`);

const newBox = (settings: Record<string, unknown>) =>
  admin.json<Mailbox>('POST', '/v1/mailboxes', { name: 'Story', ...settings });

describe('a caller leaves a message', () => {
  it('is listed, announced on SSE and bus, mailed, and plays bit for bit; it can be saved, deleted and restored', async () => {
    const stream = await EventStream.open(platform.url, alice.token);
    const bus = await subscribe(platform.demo);
    const before = await countsOf(alice);
    const audio = wav(2.5, 523);
    const metadata = { callerNumber: '+33155501234', callerName: 'Zoë "Quote" Ångström', urgent: true };

    const response = await admin.deposit(box, { metadata, audio });
    expect(response.status).toBe(201);
    const message = (await response.json()) as MessageItem;
    expect(response.headers.get('location')).toBe(`/v1/messages/${message.id}`);
    expect(message).toMatchObject({ ...metadata, folder: 'inbox', heard: false, mailboxId: box });
    expect(message.content).toMatchObject({
      type: 'voice',
      durationMs: 2500,
      bytes: audio.length,
      contentType: 'audio/wav',
    });

    const { items } = await alice.json<{ items: MessageItem[] }>('GET', `/v1/mailboxes/${box}/messages`);
    expect(items[0]).toEqual(message);
    expect(await alice.audio(message.id)).toEqual(audio);

    const isCreated = (data: Record<string, unknown>) => data.messageId === message.id;
    await eventually(() =>
      expect(stream.ofType('message_created').some(({ event }) => isCreated(event.data))).toBe(true),
    );
    await eventually(() =>
      expect(bus.events.some((event) => event.type === 'message_created' && isCreated(event.data))).toBe(true),
    );
    const lamp = await eventually(() => {
      const mwi = stream.ofType('mwi_updated').at(-1);
      expect(mwi?.event.data.counts).toMatchObject({ new: before.new + 1, urgentNew: before.urgentNew + 1 });
      return mwi;
    });
    expect(lamp?.event.sequence).toBe((await countsOf(alice)).revision);

    const mail = await eventually(async () => {
      const found = (await platform.mails()).find(({ subject, text }) => `${subject} ${text}`.includes('+33155501234'));
      expect(found).toBeDefined();
      return found;
    });
    expect(mail?.attachments[0]?.size).toBe(audio.length);
    const deliveries = await eventually(async () => {
      const found = await alice.json<{ items: Delivery[] }>('GET', `/v1/messages/${message.id}/deliveries`);
      expect(found.items.map(({ channel, state }) => [channel, state]).sort()).toEqual([
        ['email', 'delivered'],
        ['mwi', 'delivered'],
      ]);
      return found.items;
    });
    const [email, lamps] = ['email', 'mwi'].map((channel) => deliveries.find((one) => one.channel === channel));
    expect(email).toMatchObject({ recipient: 'alice@aftertone.localhost' });
    expect(String(lamps?.attempts[0]?.startedAt) >= String(email?.attempts[0]?.endedAt)).toBe(true);

    const saved = await alice.json<MessageItem>('PATCH', `/v1/messages/${message.id}`, {
      folder: 'saved',
      heard: true,
    });
    expect(saved).toMatchObject({ folder: 'saved', heard: true });
    expect(await countsOf(alice)).toMatchObject({
      new: before.new,
      saved: before.saved + 1,
      urgentSaved: before.urgentSaved + 1,
    });
    expect((await alice.send('DELETE', `/v1/messages/${message.id}`)).status).toBe(204);
    expect((await alice.send('GET', `/v1/messages/${message.id}`)).status).toBe(404);
    expect(await countsOf(alice)).toMatchObject({ saved: before.saved });
    const restored = await alice.json<MessageItem>('POST', `/v1/messages/${message.id}/restore`);
    expect(restored).toMatchObject({ folder: 'saved', heard: true, id: message.id });
    expect(await alice.audio(message.id)).toEqual(audio);

    const history = await alice.json<{ items: { type: string }[] }>('GET', `/v1/messages/${message.id}/history`);
    expect(history.items.map(({ type }) => type)).toEqual([
      'MessageDeposited',
      'MessageHeard',
      'MessageFiled',
      'MessageDeleted',
      'MessageRestored',
    ]);

    const sequences = stream.events.map(({ event }) => event.sequence).filter((n) => n !== undefined);
    expect(sequences).toEqual(sequences.map((_, n) => (sequences[0] ?? 0) + n));
    stream.close();
    await bus.close();
  });

  it('resumes live events after the last one seen, without loss or repeat', async () => {
    const first = await EventStream.open(platform.url, alice.token, { types: 'message_created' });
    await admin.leave(box, { audio: wav(1) });
    const seen = await eventually(() => {
      expect(first.events).toHaveLength(1);
      return first.events[0];
    });
    first.close();
    const missed = [await admin.leave(box, { audio: wav(1) }), await admin.leave(box, { audio: wav(1) })];
    const second = await EventStream.open(platform.url, alice.token, {
      types: 'message_created',
      after: seen?.id ?? '',
    });
    const live = await admin.leave(box, { audio: wav(1) });
    await eventually(() => expect(second.events).toHaveLength(3));
    expect(second.events.map(({ event }) => event.data.messageId)).toEqual([...missed, live].map(({ id }) => id));
    second.close();
  });
});

it('shows events to the subscriber of examples/, which began with the oldest', async () => {
  const message = await admin.leave(box, { audio: wav(1) });
  const example = runExample('subscriber', platform);
  try {
    await eventually(() => expect(example.output()).toContain(`messageId: '${message.id}'`));
    expect(example.output()).toMatch(/^mailbox_created /m);
  } finally {
    await example.stop();
  }
});

describe('who may see what', () => {
  it('hides a box and its messages from a colleague', async () => {
    const message = await admin.leave(box, { audio: wav(1) });
    const paths = [`/v1/mailboxes/${box}`, `/v1/mailboxes/${box}/counts`, `/v1/mailboxes/${box}/messages`];
    const messagePaths = ['', '/audio', '/history', '/deliveries'].map((path) => `/v1/messages/${message.id}${path}`);
    for (const path of [...paths, ...messagePaths])
      expect([path, (await bob.send('GET', path)).status]).toEqual([path, 404]);
    expect((await bob.send('PATCH', `/v1/messages/${message.id}`, { heard: true })).status).toBe(404);
    expect((await bob.send('DELETE', `/v1/messages/${message.id}`)).status).toBe(404);
    expect((await bob.deposit(box, { audio: wav(1) })).status).toBe(404);
    expect(
      (await bob.json<{ items: MessageItem[] }>('GET', '/v1/messages')).items.some(({ id }) => id === message.id),
    ).toBe(false);
  });

  it("hides everything from another tenant's administrator, also events", async () => {
    const secret = { username: 'root', password: 'correct horse battery' };
    const tenant = await admin.json<{ id: string }>('POST', '/v1/tenants', {
      name: `other-${Date.now()}`,
      admin: secret,
    });
    const login = await admin.json<{ token: string }>('POST', '/v1/tokens', { tenant: tenant.id, ...secret });
    const foreign = new Client(platform.url, login.token);
    const stream = await EventStream.open(platform.url, foreign.token);
    const message = await admin.leave(box, { audio: wav(1) });
    expect((await foreign.send('GET', `/v1/messages/${message.id}`)).status).toBe(404);
    expect((await foreign.send('GET', `/v1/mailboxes/${box}`)).status).toBe(404);
    expect((await foreign.json<{ items: unknown[] }>('GET', '/v1/messages')).items).toEqual([]);
    const own = await foreign.json<Mailbox>('POST', '/v1/mailboxes', { number: '1', name: 'Own' });
    await eventually(() => expect(stream.events.length).toBeGreaterThan(0));
    expect(stream.events.map(({ event }) => event.data.mailboxId)).toEqual([own.id]);
    stream.close();
  });
});

describe('bad input', () => {
  it.each([
    ['is not audio', new TextEncoder().encode('this is no recording'.repeat(100)), 415, 'audio-not-recognised'],
    ['is empty', new Uint8Array(0), 400, 'audio-empty'],
    ['is truncated', wav(2).subarray(0, 9_000), 422, 'audio-truncated'],
  ])('refuses audio that %s', async (_, bytes, status, code) => {
    const response = await admin.deposit(box, { audio: new Uint8Array(bytes) });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await problemOf(response)).toMatchObject({ status, code });
  });

  it('refuses a message that is longer than the box allows', async () => {
    const short = await newBox({ number: '1101', quota: { maxMessageSeconds: 2 } });
    expect(await problemOf(await admin.deposit(short.id, { audio: wav(3) }))).toMatchObject({
      status: 422,
      code: 'audio-too-long',
    });
  });

  it('refuses unknown fields by name', async () => {
    const problem = await problemOf(
      await admin.send('POST', '/v1/mailboxes', { number: '1102', name: 'X', colour: 'red' }),
    );
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(JSON.stringify(problem.errors)).toContain('colour');
  });

  it('refuses a deposit into a full box and says so with an event', async () => {
    const full = await newBox({ number: '1103', quota: { maxMessages: 1 } });
    const stream = await EventStream.open(platform.url, admin.token, { types: 'message_refused' });
    await admin.leave(full.id, { audio: wav(1) });
    expect(await problemOf(await admin.deposit(full.id, { audio: wav(1) }))).toMatchObject({ code: 'mailbox-full' });
    await eventually(() => expect(stream.events.map(({ event }) => event.data.mailboxId)).toEqual([full.id]));
    stream.close();
  });
});

describe('at once', () => {
  it('makes one message of one Idempotency-Key used eight times, and refuses it with another body', async () => {
    const { id } = await newBox({ number: '1104' });
    const same = { metadata: { callerNumber: '123' }, audio: wav(1), idempotencyKey: 'once' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => admin.leave(id, same)));
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    expect((await admin.json<{ items: unknown[] }>('GET', `/v1/mailboxes/${id}/messages`)).items).toHaveLength(1);
    expect(await problemOf(await admin.deposit(id, { ...same, audio: wav(2) }))).toMatchObject({
      status: 409,
      code: 'idempotency-key-reused',
    });
  });

  it('lets one of two changes with the same ETag through', async () => {
    const { id } = await newBox({ number: '1105' });
    const etag = (await admin.send('GET', `/v1/mailboxes/${id}`)).headers.get('etag') ?? '';
    const rename = (name: string) => admin.send('PATCH', `/v1/mailboxes/${id}`, { name }, { 'if-match': etag });
    const statuses = (await Promise.all([rename('One'), rename('Two')])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 412]);
  });

  it('takes exactly five of 32 deposits when five places are free', async () => {
    const { id } = await newBox({ number: '1106', quota: { maxMessages: 5 } });
    const answers = await Promise.all(Array.from({ length: 32 }, () => admin.deposit(id, { audio: wav(1) })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const refusals = await Promise.all(answers.filter(({ status }) => status !== 201).map(problemOf));
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['mailbox-full']));
    expect(await countsOf(admin, id)).toMatchObject({ new: 5 });
  });
});
