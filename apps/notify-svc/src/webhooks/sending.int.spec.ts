import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { caller } from '../deliveries/delivery.samples.ts';
import { messageOf, type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { adminOf, webhooksOf } from '../test-support/webhooks.ts';

let notify: Notify;
let sink: TestHttpSink;
let hooks: ReturnType<typeof webhooksOf>;
let box: SomeMailbox;

beforeEach(async () => {
  [notify, sink] = await Promise.all([startNotify(), startHttpSink()]);
  hooks = webhooksOf(notify);
  box = someMailbox({ to: [] });
  await notify.tell(box.created());
});
afterEach(async () => {
  await notify.close();
  await sink.close();
});

const create = (more: Partial<Parameters<typeof hooks.create>[1]> = {}) =>
  hooks.create(box.tenantId, { url: `${sink.url}/hook`, ...more });
const sent = () => sink.requests.map(({ body, headers }) => ({ ...JSON.parse(body.toString()), headers }));
const only = async (id: string) => {
  const [one, ...others] = await hooks.deliveriesTo(box.tenantId, id);
  if (one === undefined || others.length > 0) throw new Error('there is not just one delivery');
  return one;
};
const untilState = (id: string, state: string) =>
  eventually(async () => {
    const one = await only(id);
    expect(one.state).toBe(state);
    return one;
  });

describe('a webhook', () => {
  it('is told of a new message, signed as Standard Webhooks has it', async () => {
    const { id, secret } = await create({ headers: { 'X-Api-Key': 'open sesame' } });
    const message = box.messageCreated();
    await notify.tell(message);
    notify.startSending();
    const done = await untilState(id, 'delivered');
    expect(done).toMatchObject({ purpose: 'message', attempts: [{ status: 200, detail: 'answered 200' }] });
    const [request] = sink.requests;
    expect(request?.headers).toMatchObject({ 'x-api-key': 'open sesame', 'webhook-id': done.id });
    const body = new Webhook(secret).verify(request?.body.toString() ?? '', request?.headers ?? {});
    expect(body).toEqual({
      type: 'message_created',
      timestamp: message.time,
      data: { ...message.data, tenantId: box.tenantId, eventId: message.id, sequence: 1 },
    });
  });

  it('is told of what it follows, of its mailbox, once', async () => {
    const other = someMailbox({ to: [] });
    const all = await create({ events: ['message_created', 'message_deleted'] });
    const own = await create({ events: ['message_deleted'], mailboxId: box.mailboxId });
    const elsewhere = await create({ events: ['message_created'], mailboxId: other.mailboxId });
    const message = box.messageCreated();
    const deleted = box.messageDeleted(messageOf(message), 'deleted');
    await notify.tell(message, deleted);
    await notify.tell(message, deleted, box.updated({ attachAudio: true }));
    const types = async (id: string) => (await hooks.deliveriesTo(box.tenantId, id)).map(({ eventId }) => eventId);
    expect((await types(all.id)).sort()).toEqual([message.id, deleted.id].sort());
    expect(await types(own.id)).toEqual([deleted.id]);
    expect(await types(elsewhere.id)).toEqual([]);
  });

  it('is told of a purge, and of nothing else about a message that is purged', async () => {
    const { id } = await create({ events: ['message_created', 'message_deleted'] });
    const message = box.messageCreated();
    const purged = box.messageDeleted(messageOf(message), 'purged');
    await notify.tell(message, purged);
    notify.startSending();
    await eventually(() => expect(sent().map(({ type }) => type)).toEqual(['message_deleted']));
    await eventually(async () => {
      const states = (await hooks.deliveriesTo(box.tenantId, id)).map(({ state }) => state);
      expect(states.sort()).toEqual(['cancelled', 'delivered']);
    });
  });

  it('gets the body of Voicemail Pro where it wants that', async () => {
    const { id } = await create({ format: 'voicemail-pro' });
    const message = box.messageCreated();
    await notify.tell(message);
    notify.startSending();
    const done = await untilState(id, 'delivered');
    expect(sent()[0]).toMatchObject({
      event: 'voicemail.new',
      id: done.id,
      data: { message_id: messageOf(message), extension: '100', caller: caller.callerNumber, audio_url: null },
    });
  });
});

it('is not late because webhooks of another tenant hang at the same server', async () => {
  const theirs = someMailbox({ to: [] });
  await notify.tell(theirs.created());
  const mostHanging = 40;
  sink.behave(({ path }) => (path.startsWith('/hang') ? { kind: 'hang', at: 'headers' } : { kind: 'answer' }));
  for (let n = 0; n < mostHanging; n += 1) await hooks.create(theirs.tenantId, { url: `${sink.url}/hang/${n}` });
  const { id } = await create();
  await notify.tell(theirs.messageCreated());
  notify.startSending({ NOTIFY_HTTP_CONCURRENCY: 64, OUTGOING_TIMEOUT_MS: 60_000, NOTIFY_ATTEMPT_TIMEOUT_MS: 60_000 });
  await eventually(() => expect(sink.requests).toHaveLength(mostHanging));
  await notify.tell(box.messageCreated());
  expect((await untilState(id, 'delivered')).attempts).toMatchObject([{ outcome: 'delivered' }]);
  expect(sink.requests.filter(({ path }) => path === '/hook')).toHaveLength(1);
});

describe('the log of attempts', () => {
  it('never tells what a server quotes of the caller or of secrets', async () => {
    const { id } = await create({ headers: { Authorization: 'Bearer top secret' } });
    await notify.tell(box.messageCreated());
    sink.behave(({ body, headers }) => ({
      kind: 'answer',
      status: 400,
      body: `no ${headers.authorization} ${JSON.parse(body.toString()).data.message.callerName} ${caller.callerNumber}`,
    }));
    notify.startSending();
    const failed = await eventually(async () => {
      const one = await only(id);
      expect(one.attempts[0]?.outcome).toBe('failed');
      return one;
    });
    expect(failed.attempts[0]).toMatchObject({ status: 400, detail: 'answered 400' });
    expect(await notify.everything()).not.toContain('top secret');
    expect(await notify.everything()).not.toContain(caller.callerName);
  });

  it.each([
    ['refuses', { kind: 'answer', status: 503 } as const, 503],
    ['redirects', { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:9/' } } as const, 302],
    ['breaks off', { kind: 'drop', at: 'headers' } as const, null],
    ['hangs', { kind: 'hang', at: 'headers' } as const, null],
    ['never ends its answer', { kind: 'drip', everyMs: 20 } as const, 200],
  ])('shows a server that %s, which is tried again under the same id', async (_what, behaviour, status) => {
    const { id } = await create();
    await notify.tell(box.messageCreated());
    sink.behave(behaviour);
    notify.startSending();
    await eventually(async () => expect((await only(id)).attempts[0]?.outcome).toBe('failed'));
    sink.behave({ kind: 'answer' });
    const done = await untilState(id, 'delivered');
    expect(done.attempts[0]?.status).toBe(status);
    expect(new Set(sink.requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([done.id]));
  });

  it('waits as long as a server asks', async () => {
    const { id } = await create();
    await notify.tell(box.messageCreated());
    sink.behave({ kind: 'answer', status: 429, headers: { 'retry-after': '3600' } });
    notify.startSending({ NOTIFY_WEBHOOK_GIVE_UP_SECONDS: 86_400 });
    await eventually(async () => {
      const { nextAttemptAt, attempts } = await only(id);
      expect(attempts).toHaveLength(1);
      expect(Date.parse(nextAttemptAt ?? '')).toBeGreaterThan(Date.now() + 3_500_000);
    });
  });
});

describe('a test', () => {
  it('is sent at once, and its delivery says how it went', async () => {
    const { id, secret } = await create({ enabled: false });
    notify.startSending();
    const call = adminOf(box.tenantId);
    expect(await hooks.tests.send({ id }, call)).toMatchObject({ purpose: 'test', state: 'delivered' });
    const [request] = sink.requests;
    expect(new Webhook(secret).verify(request?.body.toString() ?? '', request?.headers ?? {})).toMatchObject({
      type: 'webhook.test',
    });
    sink.behave(({ headers }) => ({ kind: 'answer', status: 500, body: `broken ${headers['webhook-signature']}` }));
    expect(await hooks.tests.send({ id }, call)).toMatchObject({
      state: 'failed',
      attempts: [{ status: 500, detail: 'answered 500: broken …' }],
    });
  });
});
