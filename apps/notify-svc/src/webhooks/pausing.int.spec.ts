import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { adminOf, webhooksOf } from '../test-support/webhooks.ts';
import { Followers } from './followers.ts';

let notify: Notify;
let sink: TestHttpSink;
let hooks: ReturnType<typeof webhooksOf>;
let upkeep: ReturnType<(typeof hooks)['startUpkeep']>;
let box: SomeMailbox;
/** How often the sending was told that something is due. */
let woken: number;
/** How far the clock is put forward. */
let aheadMs: number;
const dayMs = 86_400_000;

beforeEach(async () => {
  aheadMs = 0;
  const clock = () => new Date(Date.now() + aheadMs);
  [notify, sink] = await Promise.all([startNotify(undefined, clock), startHttpSink()]);
  hooks = webhooksOf(notify);
  box = someMailbox({ to: [] });
  await notify.tell(box.created());
  woken = 0;
  upkeep = hooks.startUpkeep(() => {
    woken += 1;
  });
  // Before it leads the log, what happens is not yet "from now on".
  await eventually(async () => {
    const { rows } = await notify.store.pool.query(`SELECT FROM reaction_checkpoint WHERE name = 'webhooks'`);
    expect(rows).toHaveLength(1);
  });
});
afterEach(async () => {
  await upkeep.stop();
  await notify.close();
  await sink.close();
});

const call = () => adminOf(box.tenantId);
const create = (more: Partial<Parameters<typeof hooks.create>[1]> = {}) =>
  hooks.create(box.tenantId, { url: `${sink.url}/hook`, ...more });
const read = (id: string) => hooks.desk.require({ id }, call());
/** Puts the clock forward and waits until what is due has been looked at. */
const forward = async (ms: number): Promise<void> => {
  aheadMs += ms;
  const { id } = await create({ url: `${sink.url}/marker` });
  await hooks.tests.send({ id }, call());
  await hooks.desk.remove({ id }, call());
};
const untilPaused = (id: string) =>
  eventually(async () => {
    const webhook = await read(id);
    expect(webhook.state).toBe('paused');
    return webhook;
  });
const statesOf = async (id: string) => (await hooks.deliveriesTo(box.tenantId, id)).map(({ state }) => state);

it('is paused at once when it says that it is gone; what is for it waits, and goes out when it is resumed', async () => {
  const { id } = await create({ noticeTo: 'it@example.test', url: `${sink.url}/hook?key=open+sesame` });
  sink.behave({ kind: 'answer', status: 410 });
  notify.startSending();
  await notify.tell(box.messageCreated());
  expect(await untilPaused(id)).toMatchObject({ paused: { detail: 'answered 410' }, failures: 1, lastStatus: 410 });
  await notify.tell(box.messageCreated());
  await eventually(() => expect(notify.smtp.messages.flatMap(({ to }) => to)).toEqual(['it@example.test']));
  expect(JSON.stringify(notify.smtp.messages)).not.toContain('sesame');
  const before = sink.requests.length;
  sink.behave({ kind: 'answer' });
  await hooks.tests.send({ id }, call());
  expect(sink.requests).toHaveLength(before + 1);
  expect((await statesOf(id)).sort()).toEqual(['delivered', 'pending', 'pending']);

  await hooks.desk.resume({ id }, call());
  await eventually(async () => expect(await statesOf(id)).toEqual(['delivered', 'delivered', 'delivered']));
  await eventually(async () =>
    expect(await read(id)).toMatchObject({ state: 'active', paused: null, failures: 0, failingSince: null }),
  );
});

it('is paused when it has failed for long and often', async () => {
  const { id } = await create();
  sink.behave({ kind: 'answer', status: 500 });
  notify.startSending({ NOTIFY_WEBHOOK_PAUSE_AFTER_SECONDS: 1 });
  const { store } = notify;
  await store.pool.query(
    `INSERT INTO webhook_health (tenant_id, id, failing_since, failures) VALUES ($1, $2, now() - interval '1 hour', 18)`,
    [box.tenantId, id],
  );
  await notify.tell(box.messageCreated());
  await eventually(async () => expect((await read(id)).failures).toBe(19));
  expect((await read(id)).state).toBe('active');
  expect(await untilPaused(id)).toMatchObject({ failures: 20, paused: { detail: 'answered 500' } });
});

it('is tested without waiting for the next look at what is due', async () => {
  const { id } = await create();
  const tested = hooks.tests.send({ id }, call());
  await eventually(() => expect(woken).toBeGreaterThan(0));
  notify.startSending();
  expect(await tested).toMatchObject({ state: 'delivered' });
});

it('forgets its failures with a success', async () => {
  const { id } = await create();
  sink.behave({ kind: 'answer', status: 500 });
  notify.startSending();
  await notify.tell(box.messageCreated());
  await eventually(async () => expect((await read(id)).failingSince).not.toBeNull());
  sink.behave({ kind: 'answer', status: 204 });
  await eventually(async () =>
    expect(await read(id)).toMatchObject({ failingSince: null, failures: 0, lastStatus: 204 }),
  );
});

it('waits while it is paused however long that is; what fails when it is resumed has its time again', async () => {
  const { id } = await create();
  sink.behave({ kind: 'answer', status: 410 });
  notify.startSending();
  await notify.tell(box.messageCreated());
  await untilPaused(id);
  await notify.tell(box.messageCreated());
  await forward(5 * dayMs);
  expect(await statesOf(id)).toEqual(['pending', 'pending']);

  sink.behave({ kind: 'answer', status: 500 });
  await hooks.desk.resume({ id }, call());
  // Older than the age at which they would have been given up.
  await eventually(async () => {
    const all = await hooks.deliveriesTo(box.tenantId, id);
    const again = all.filter(({ attempts }) => attempts.some(({ status }) => status === 500));
    expect(again.map(({ state }) => state)).toContain('pending');
  });
  sink.behave({ kind: 'answer' });
  await eventually(async () => expect(await statesOf(id)).toEqual(['delivered', 'delivered']));
});

it('waits while it is turned off, too', async () => {
  const { id } = await create();
  sink.behave({ kind: 'answer', status: 503 });
  notify.startSending();
  await notify.tell(box.messageCreated());
  await eventually(() => expect(sink.requests.length).toBeGreaterThan(0));
  await hooks.desk.change({ id, changes: { enabled: false } }, call());
  await forward(5 * dayMs);
  expect(await statesOf(id)).toEqual(['pending']);
  await hooks.desk.change({ id, changes: { enabled: true } }, call());
  const before = sink.requests.length;
  await eventually(() => expect(sink.requests.length).toBeGreaterThan(before));
  sink.behave({ kind: 'answer' });
  await eventually(async () => expect(await statesOf(id)).toEqual(['delivered']));
});

it('counts what it is not told of when too much waits for it; a resume tells how much that was', async () => {
  const { id } = await create();
  sink.behave({ kind: 'answer', status: 410 });
  notify.startSending();
  await notify.tell(box.messageCreated());
  await untilPaused(id);
  const warned: string[] = [];
  const log = {
    info: () => undefined,
    error: () => undefined,
    warn: (_: object, text: string) => void warned.push(text),
  };
  const followers = new Followers(notify.store.pool, log, 1);
  const [first, ...more] = [box.messageCreated(), box.messageCreated(), box.messageCreated()];
  for (const events of [[first], more]) expect(await followers.of(events)).toEqual(new Map());
  expect(await new Followers(notify.store.pool, null, 1).of([first])).toEqual(new Map());
  const missed = { count: 3, since: new Date(first.time).toISOString() };
  expect((await read(id)).missed).toEqual(missed);
  expect(warned).toHaveLength(1);

  sink.behave({ kind: 'answer' });
  expect((await hooks.desk.resume({ id }, call())).missed).toBeNull();
  const { rows } = await notify.store.pool.query(`SELECT data FROM event WHERE type = 'WebhookResumed'`);
  expect(rows).toMatchObject([{ data: { missed } }]);
});

it('of failures and pauses others hear, and nobody of the failure to tell of one', async () => {
  const broken = await create({ url: `${sink.url}/broken` });
  const alarm = await create({ url: `${sink.url}/alarm`, events: ['notification_failed', 'webhook_paused'] });
  const broken2 = await create({ url: `${sink.url}/broken2`, events: ['notification_failed'] });
  const gone = await create({ url: `${sink.url}/gone` });
  sink.behave({ kind: 'answer', status: 500 }, '/broken');
  sink.behave({ kind: 'answer', status: 410 }, '/gone');
  sink.behave({ kind: 'answer', status: 500 }, '/broken2');
  notify.startSending({ NOTIFY_WEBHOOK_GIVE_UP_SECONDS: 1 });
  await notify.tell(box.messageCreated());
  const told = () =>
    sink.requests
      .filter(({ path }) => path === '/alarm')
      .map(({ body }) => JSON.parse(body.toString()))
      .map(({ type, data }) => `${type} ${data.recipient ?? data.webhookId}`);
  await eventually(async () => expect(await statesOf(broken2.id)).toEqual(['failed']));
  await eventually(() =>
    expect(told().sort()).toEqual([`notification_failed ${broken.id}`, `webhook_paused ${gone.id}`]),
  );
  expect(await statesOf(alarm.id)).toEqual(['delivered', 'delivered']);
});
