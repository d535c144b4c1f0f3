import type { CloudEvent, Message, UserNotify } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import { Planner } from '../deliveries/planner.ts';
import { EscalationDesk } from '../escalation/escalation-desk.ts';
import { messageOf, type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { someUser } from '../test-support/people-events.ts';
import { testClock } from '../test-support/test-clock.ts';

const [anna, ben] = ['anna@example.test', 'ben@example.test'];
const quietHours: UserNotify['quietHours'] = {
  ...{ from: '22:00', until: '07:00', exceptUrgent: true },
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
};
const time = testClock();
let notify: Notify;

beforeEach(async () => {
  // Half past eleven in the evening for Anna.
  time.set('2026-07-14T21:30:00.000Z');
  notify = await startNotify(undefined, time.clock);
});
afterEach(() => notify.close());

/** A mailbox that names Anna, who has quiet hours, and Ben, who has none. */
const boxOfBoth = async () => {
  const tenantId = newId();
  const user = someUser({ tenantId, email: anna, timezone: 'Europe/Paris', notify: { quietHours } });
  const box = someMailbox({ tenantId, to: [anna, ben] });
  await notify.tellOfPeople(user.told());
  await notify.tell(box.created());
  return { box, user };
};
const deposit = async (box: SomeMailbox, change: Partial<Message> = {}): Promise<CloudEvent> => {
  const message = box.messageCreated(change);
  await notify.tell(message);
  return message;
};
const to = async (message: CloudEvent, recipient: string) =>
  (await notify.deliveries(message)).find((one) => one.recipient === recipient);
const untilDelivered = (message: CloudEvent, recipient: string) =>
  eventually(async () => expect((await to(message, recipient))?.state).toBe('delivered'));

it('all that waits for a message is called off, however many wait', async () => {
  const waiting = 1_100;
  const { box } = await boxOfBoth();
  const message = await deposit(box);
  const one = await to(message, anna);
  const { pool } = notify.store;
  const { state } = await notify.store.load(deliveryAggregate, box.tenantId, String(one?.id));
  if (state.status === 'absent') throw new Error('nothing is planned');
  const { facts, notice, dueAt } = state;
  const more = Array.from({ length: waiting }, (_, n) => ({
    ...{ notice, dueAt },
    facts: { ...facts, recipient: `person-${n}@example.test` },
  }));
  await new Planner(notify.store, time.clock).plan(message, more);
  const pending = async () => {
    const { rows } = await pool.query(`SELECT FROM delivery WHERE tenant_id = $1 AND state = 'pending'`, [
      box.tenantId,
    ]);
    return rows.length;
  };
  expect(await pending()).toBeGreaterThan(waiting);
  await notify.tell(box.messageDeleted(messageOf(message), 'deleted'));
  // Ben's was to go out at once: it is not held back.
  expect(await pending()).toBe(1);
});

describe('in quiet hours', () => {
  it('a notification waits for their end, and goes out then', async () => {
    const { box } = await boxOfBoth();
    const message = await deposit(box);
    notify.startSending();
    await untilDelivered(message, ben);
    expect(await to(message, anna)).toMatchObject({
      ...{ state: 'pending', attempts: [], nextAttemptAt: '2026-07-15T05:00:00.000Z' },
    });
    time.set('2026-07-15T05:00:00.000Z');
    await untilDelivered(message, anna);
  });

  it('an urgent message is told at once', async () => {
    const { box } = await boxOfBoth();
    const message = await deposit(box, { urgent: true });
    notify.startSending();
    await untilDelivered(message, anna);
  });

  const hears = newId();
  it.each([
    ['was heard', (box: SomeMailbox, created: CloudEvent) => box.messageUpdated(created, { heard: true })],
    ['was put into the trash', (box: SomeMailbox, c: CloudEvent) => box.messageUpdated(c, { folder: 'trash' })],
    ['was deleted', (box: SomeMailbox, c: CloudEvent) => box.messageDeleted(messageOf(c), 'deleted')],
    ['was moved', (box: SomeMailbox, c: CloudEvent) => box.messageDeleted(messageOf(c), 'moved')],
    ['is done', (box: SomeMailbox, c: CloudEvent) => box.messageUpdated(c, { state: 'done' })],
  ])('a message that %s meanwhile is not told late, and what should have gone already goes', async (_, event) => {
    const { box } = await boxOfBoth();
    const message = await deposit(box);
    await notify.tell(event(box, message));
    expect(await to(message, anna)).toMatchObject({ state: 'cancelled', nextAttemptAt: null });
    expect(await to(message, ben)).toMatchObject({ state: 'pending' });
  });

  it.each([
    ['another member has heard', (box: SomeMailbox, c: CloudEvent) => box.messageUpdated(c, { heard: true }, hears)],
    ['somebody claims', (box: SomeMailbox, c: CloudEvent) => box.messageUpdated(c, { state: 'claimed' })],
  ])('a message that %s is still told', async (_, event) => {
    const { box } = await boxOfBoth();
    const message = await deposit(box);
    await notify.tell(event(box, message));
    expect(await to(message, anna)).toMatchObject({ state: 'pending' });
  });

  it('a message that the user has heard or acknowledged as a member is not told late', async () => {
    const { box, user } = await boxOfBoth();
    const [heard, acknowledged] = [await deposit(box), await deposit(box)];
    await notify.tell(box.messageUpdated(heard, { heard: true }, user.userId));
    const actor = { kind: 'user', id: user.userId, admin: false } as const;
    const call = { tenantId: box.tenantId, actor, correlationId: 'request-2', deadline: Date.now() + 5_000 };
    await new EscalationDesk(notify.ground).acknowledge(messageOf(acknowledged), call);
    for (const message of [heard, acknowledged]) {
      expect(await to(message, anna)).toMatchObject({ state: 'cancelled' });
    }
  });

  it('a message is not told late, either, when its first event comes after those that followed', async () => {
    const { box } = await boxOfBoth();
    const message = box.messageCreated();
    await notify.tell(box.messageUpdated(message, { heard: true }), message);
    expect(await to(message, anna)).toMatchObject({ state: 'cancelled' });
  });
});
