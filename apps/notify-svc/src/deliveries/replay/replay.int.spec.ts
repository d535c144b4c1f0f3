import type { CallContext, CloudEvent } from '@aftertone/contracts';
import type { EventStore } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageOf, someMailbox } from '../../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../../test-support/notify.ts';
import { webhooksOf } from '../../test-support/webhooks.ts';
import { deliveryAggregate } from '../delivery.aggregate.ts';
import { DeliveryDesk } from '../delivery-desk.ts';
import { Redirection } from './redirection.ts';
import { ReplayWork } from './replay-work.ts';

let notify: Notify;
let desk: DeliveryDesk;
let box: ReturnType<typeof someMailbox>;
beforeEach(async () => {
  notify = await startNotify();
  desk = new DeliveryDesk(notify.ground);
});
afterEach(() => notify.close());

const [anna, ben] = ['anna@example.test', 'ben@example.test'];
const call = (tenantId = box.tenantId, admin = true): CallContext => ({
  ...{ tenantId, correlationId: 'asked', deadline: Date.now() + 5_000 },
  actor: { kind: 'user', id: newId(), admin },
});

/** Messages whose e-mails are refused for good. */
const fail = async (to: string[], messages = 1): Promise<CloudEvent[]> => {
  box = someMailbox({ to });
  await notify.tell(box.created());
  notify.smtp.behave({ kind: 'refuse', code: 550, at: 'recipient' });
  const replica = notify.startSending({ NOTIFY_CONCURRENCY: 20, NOTIFY_LEASE_MS: 60_000 });
  const told = Array.from({ length: messages }, () => box.messageCreated());
  // A page of the bus at a time: the busiest machine puts that on record within the time that an append may wait.
  for (let from = 0; from < told.length; from += 50) await notify.tell(...told.slice(from, from + 50));
  await eventually(async () => {
    const { rows } = await notify.store.pool.query(`SELECT FROM delivery WHERE state <> 'failed'`);
    expect(rows).toHaveLength(0);
  });
  await replica.stop(60_000);
  notify.smtp.behave({ kind: 'accept' });
  return told;
};
const only = async (event: CloudEvent | undefined) => {
  if (event === undefined) throw new Error('there is no message');
  const [delivery] = await notify.deliveries(event);
  if (delivery === undefined) throw new Error('there is no delivery');
  return delivery;
};
const startReplays = () => new ReplayWork({ ...notify.ground, onReplayed: () => undefined }).start();

describe('one delivery that has failed', () => {
  it('is sent again, with its attempts in one list', async () => {
    const [message] = await fail([anna]);
    const { id } = await only(message);
    expect(await desk.replay({ id }, call())).toMatchObject({ id, state: 'pending' });
    notify.startSending();
    await eventually(async () => expect(await desk.get(id, call())).toMatchObject({ state: 'delivered' }));
    const { attempts } = await desk.get(id, call());
    expect(attempts.map(({ n, outcome, status }) => [n, outcome, status])).toEqual([
      [1, 'failed', 550],
      [2, 'delivered', 250],
    ]);
  });

  it('is sent to another address, and stays failed with the name of the new one', async () => {
    const [message] = await fail([anna]);
    const { id } = await only(message);
    const next = await desk.replay({ id, recipient: ben }, call());
    expect(next).toMatchObject({ state: 'pending', recipient: ben, eventId: message?.id });
    expect(await desk.replay({ id, recipient: ben }, call())).toEqual(next);
    expect(await desk.get(id, call())).toMatchObject({ state: 'failed', replacedBy: next.id });
    notify.startSending();
    await eventually(() => expect(notify.smtp.messages).toHaveLength(1));
    expect(notify.smtp.messages[0]).toMatchObject({ to: [ben], mail: { subject: expect.stringContaining('Zoé') } });
    await expect(desk.replay({ id }, call())).rejects.toMatchObject({ code: 'delivery-replaced' });
    // What was replaced holds up nothing that waits for every e-mail.
    const eventId = message?.id ?? '';
    await eventually(async () => expect(await desk.get(next.id, call())).toMatchObject({ state: 'delivered' }));
    await notify.completion.check([{ tenantId: box.tenantId, eventId, correlationId: 'asked' }]);
    const { rows } = await notify.store.pool.query(`SELECT FROM event WHERE type = 'AnnouncementCompleted'`);
    expect(rows).toHaveLength(1);
  });

  it('is planned for its new address also when the process ended in between', async () => {
    const [message] = await fail([anna]);
    const { id } = await only(message);
    const { tenantId } = box;
    const meta = { actor: { kind: 'user' as const, id: newId() }, correlationId: 'asked' };
    const data = { deliveryId: newId(), recipient: ben };
    const command = { type: 'RedirectDelivery', data, meta: { now: new Date().toISOString() } } as const;
    const { events } = await notify.store.handle(deliveryAggregate, { tenantId, id, command, meta });
    const redirection = new Redirection(notify.store, notify.ground.clock);
    await redirection.react(events);
    await redirection.react(events);
    const all = message === undefined ? [] : await notify.deliveries(message);
    expect(all.map(({ recipient, state }) => [recipient, state])).toEqual([
      [anna, 'failed'],
      [ben, 'pending'],
    ]);
  });

  it('goes to no address that cannot be or was told already', async () => {
    const [message] = await fail([anna, ben]);
    const { id } = await only(message);
    const refused = (recipient: string) => expect(desk.replay({ id, recipient }, call())).rejects;
    await refused('+4930123').toMatchObject({ code: 'recipient-invalid', kind: 'invalid' });
    await refused(ben).toMatchObject({ code: 'recipient-already-told' });
    await refused(anna).toMatchObject({ code: 'recipient-already-told' });
  });

  it('of a purged message is refused', async () => {
    const [message] = await fail([anna]);
    const { id } = await only(message);
    if (message) await notify.tell(box.messageDeleted(messageOf(message), 'purged'));
    await expect(desk.replay({ id }, call())).rejects.toMatchObject({ code: 'message-purged' });
    await expect(desk.replay({ id, recipient: ben }, call())).rejects.toMatchObject({ code: 'message-purged' });
  });

  it('is there for administrators of its tenant only', async () => {
    const [message] = await fail([anna]);
    const { id } = await only(message);
    const foreign = call(newId());
    const nobody = call(box.tenantId, false);
    for (const ask of [() => desk.replay({ id }, foreign), () => desk.get(id, foreign)]) {
      await expect(ask()).rejects.toMatchObject({ code: 'delivery-not-found' });
    }
    const asked = [
      () => desk.replay({ id }, nobody),
      () => desk.get(id, nobody),
      () => desk.find({ limit: 1 }, nobody),
      () => desk.replayAll({}, nobody),
      () => desk.getReplay(id, nobody),
    ];
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'administrator-required' });
  });
});

describe('what has failed at a webhook', () => {
  const failAt = async () => {
    box = someMailbox({ to: [] });
    await notify.tell(box.created());
    const hooks = webhooksOf(notify);
    const url = 'http://127.0.0.1:9/';
    await hooks.create(box.tenantId, { url });
    const replica = notify.startSending({ NOTIFY_WEBHOOK_GIVE_UP_SECONDS: 1 });
    const message = box.messageCreated();
    await notify.tell(message);
    await eventually(async () => expect(await only(message)).toMatchObject({ state: 'failed' }));
    await replica.stop(60_000);
    return { hooks, url, ...(await only(message)) };
  };

  it('goes to another webhook that hears of the mailbox, and to no other', async () => {
    const { hooks, url, id } = await failAt();
    const own = await hooks.create(box.tenantId, { url, mailboxId: box.mailboxId });
    const foreign = await hooks.create(box.tenantId, { url, mailboxId: newId() });
    for (const recipient of [foreign.id, newId(), anna]) {
      await expect(desk.replay({ id, recipient }, call())).rejects.toMatchObject({ code: 'recipient-no-follower' });
    }
    expect(await desk.replay({ id, recipient: own.id }, call())).toMatchObject({ recipient: own.id, state: 'pending' });
  });

  it('is not sent again when that webhook is gone', async () => {
    const { hooks, id, recipient } = await failAt();
    await hooks.desk.remove({ id: recipient }, call());
    await expect(desk.replay({ id }, call())).rejects.toMatchObject({ code: 'recipient-gone' });
    const asked = await desk.replayAll({}, call());
    const work = startReplays();
    await eventually(async () =>
      expect(await desk.getReplay(asked.id, call())).toMatchObject({
        state: 'done',
        replayed: 0,
        refused: 0,
        skipped: 1,
      }),
    );
    await work.stop();
  });
});

describe('all that have failed', () => {
  it('are sent again in the background, but those of purged messages', async () => {
    const messages = await fail([anna, ben], 210);
    const [purged] = messages;
    if (purged) await notify.tell(box.messageDeleted(messageOf(purged), 'purged'));
    const asked = await desk.replayAll({ recipient: anna }, call());
    expect(asked).toMatchObject({ state: 'running', count: 210, replayed: 0 });
    const work = startReplays();
    await eventually(async () =>
      expect(await desk.getReplay(asked.id, call())).toMatchObject({ state: 'done', replayed: 209, refused: 1 }),
    );
    await work.stop();
    const { rows } = await notify.store.pool.query(
      'SELECT state, recipient, count(*)::int AS n FROM delivery GROUP BY 1, 2 ORDER BY 1, 2',
    );
    expect(rows).toEqual([
      { state: 'failed', recipient: anna, n: 1 },
      { state: 'failed', recipient: ben, n: 210 },
      { state: 'pending', recipient: anna, n: 209 },
    ]);
    await expect(desk.getReplay(asked.id, call(newId()))).rejects.toMatchObject({ code: 'delivery-replay-not-found' });
  });

  it('are sent again by another process where one has ended, each once', async () => {
    await fail([anna], 250);
    const asked = await desk.replayAll({}, call());
    const work = startReplays();
    await eventually(async () => expect((await desk.getReplay(asked.id, call())).replayed).toBeGreaterThan(0));
    await work.stop();
    const other = startReplays();
    await eventually(async () =>
      expect(await desk.getReplay(asked.id, call())).toMatchObject({ state: 'done', replayed: 250 }),
    );
    await other.stop();
    const { rows } = await notify.store.pool.query(`SELECT FROM event WHERE type = 'NotificationReplayed'`);
    expect(rows).toHaveLength(250);
  });

  it('are all counted, also when the database fails in the middle of a page', async () => {
    await fail([anna], 5);
    const asked = await desk.replayAll({}, call());
    let calls = 0;
    const handle: EventStore['handle'] = (aggregate, request) => {
      calls += 1;
      if (calls === 3) return Promise.reject(new Error('the database is away'));
      return notify.store.handle(aggregate, request);
    };
    const work = new ReplayWork({ ...notify.ground, store: { ...notify.store, handle }, onReplayed: () => undefined });
    await expect(work.step()).rejects.toThrow('the database is away');
    expect(await desk.getReplay(asked.id, call())).toMatchObject({ state: 'running', replayed: 4 });
    await work.step();
    expect(await desk.getReplay(asked.id, call())).toMatchObject({ state: 'done', replayed: 5 });
  });

  it('may be none', async () => {
    box = someMailbox({ to: [] });
    const { id, count } = await desk.replayAll({ channel: 'fax' }, call());
    expect(count).toBe(0);
    const work = startReplays();
    await eventually(async () => expect(await desk.getReplay(id, call())).toMatchObject({ state: 'done' }));
    await work.stop();
  });
});
