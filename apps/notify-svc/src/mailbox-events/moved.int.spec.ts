import type { CloudEvent, Escalation, UserNotify } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EscalationDesk } from '../escalation/escalation-desk.ts';
import { viewOf } from '../escalation/escalations.ts';
import { messageOf, movedBetween, type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { someUser } from '../test-support/people-events.ts';
import { testClock } from '../test-support/test-clock.ts';
import { adminOf, webhooksOf } from '../test-support/webhooks.ts';

const [anna, ben, boss, chief] = ['anna@example.test', 'ben@example.test', 'boss@example.test', 'chief@example.test'];
const time = testClock();
let notify: Notify;

beforeEach(async () => {
  time.set('2026-07-14T21:30:00.000Z');
  notify = await startNotify(undefined, time.clock);
});
afterEach(() => notify.close());

const escalationTo = (email: string, afterSeconds: number): Escalation => ({
  steps: [{ afterSeconds, email: [email], sms: [], userIds: [] }],
  urgentOnly: false,
});

/** Two mailboxes of a tenant, with people and escalations of their own, and a message in the first. */
const twoBoxes = async () => {
  const tenantId = newId();
  const from = someMailbox({ tenantId, to: [anna], notify: { escalation: escalationTo(boss, 60) } });
  const to = someMailbox({ tenantId, to: [ben], notify: { escalation: escalationTo(chief, 300) } });
  const message = from.messageCreated();
  await notify.tell(from.created(), to.created(), message);
  return { tenantId, from, to, message };
};
const orders: Array<[string, (moved: ReturnType<typeof movedBetween>) => CloudEvent[]]> = [
  ['its departure first', ({ left, arrived }) => [left, arrived]],
  ['its arrival first', ({ left, arrived }) => [arrived, left]],
  ['both twice', ({ left, arrived }) => [arrived, left, arrived, left]],
];
const told = async (message: CloudEvent, { mailboxId }: SomeMailbox) =>
  (await notify.deliveries(message)).filter((one) => one.mailboxId === mailboxId);
const escalationOf = async (message: CloudEvent) => {
  const escalation = await notify.escalations.find({ tenantId: message.tenantid, messageId: messageOf(message) });
  return { mailboxId: escalation.status === 'absent' ? null : escalation.mailboxId, ...viewOf(escalation) };
};

describe.each(orders)('a message that is moved to another mailbox, %s', (_, inOrder) => {
  it('is told to the people of there, over its channels', async () => {
    const { tenantId, from, to, message } = await twoBoxes();
    const hook = await webhooksOf(notify).create(tenantId, {
      ...{ url: 'http://127.0.0.1:9/', mailboxId: to.mailboxId, events: ['message_created'] },
    });
    const moved = movedBetween(message, from, to);
    await notify.tell(...inOrder(moved));
    const there = await told(message, to);
    expect(there.map(({ channel, recipient }) => [channel, recipient]).sort()).toEqual([
      ['email', ben],
      ['mwi', to.mailboxId],
      ['webhook', hook.id],
    ]);
    expect(new Set(there.map(({ eventId }) => eventId))).toEqual(new Set([moved.arrived.id]));
    expect(there.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
  });

  it('is escalated there from its arrival, by the settings of there', async () => {
    const { from, to, message } = await twoBoxes();
    time.forward(30);
    await notify.tell(...inOrder(movedBetween(message, from, to)));
    const { mailboxId, state, steps, stopped } = await escalationOf(message);
    expect({ mailboxId, state, stopped }).toEqual({ mailboxId: to.mailboxId, state: 'running', stopped: null });
    expect(steps).toHaveLength(1);
    const inMs = Date.parse(steps[0]?.dueAt ?? '') - time.clock().getTime();
    expect(inMs).toBeGreaterThan(240_000);
    expect(inMs).toBeLessThanOrEqual(300_000);
  });

  it('is escalated by the first one again when it comes back', async () => {
    const { from, to, message } = await twoBoxes();
    await notify.tell(...inOrder(movedBetween(message, from, to)));
    const back = movedBetween(message, to, from, { version: message.streamversion + 200 });
    await notify.tell(...inOrder(back));
    expect(await escalationOf(message)).toMatchObject({ mailboxId: from.mailboxId, state: 'running' });
    expect((await told(message, from)).filter(({ eventId }) => eventId === back.arrived.id)).toHaveLength(2);
  });

  it('is escalated no further where nothing is set, and says why', async () => {
    const { from, message, tenantId } = await twoBoxes();
    const quiet = someMailbox({ tenantId, to: [ben] });
    await notify.tell(quiet.created(), ...inOrder(movedBetween(message, from, quiet)));
    expect(await escalationOf(message)).toMatchObject({ state: 'stopped', stopped: { reason: 'moved' } });
  });

  it('is new there, also to somebody who works on it or has acknowledged it where it was', async () => {
    const { from, to, message } = await twoBoxes();
    await notify.tell(from.messageUpdated(message, { state: 'claimed' }));
    const actor = { kind: 'user', id: newId(), admin: false } as const;
    const call = { ...adminOf(message.tenantid), actor };
    await new EscalationDesk(notify.ground).acknowledge(messageOf(message), call);
    await notify.tell(...inOrder(movedBetween(message, from, to)));
    expect(await escalationOf(message)).toMatchObject({ mailboxId: to.mailboxId, state: 'running' });
    expect((await told(message, to)).map(({ recipient }) => recipient)).toContain(ben);
  });

  it('calls off what waits for people of the first mailbox, not of the second', async () => {
    const tenantId = newId();
    const days: NonNullable<UserNotify['quietHours']>['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    const quietHours = { from: '22:00', until: '07:00', days, exceptUrgent: true };
    const user = someUser({ tenantId, email: anna, timezone: 'Europe/Paris', notify: { quietHours } });
    const [from, to] = [someMailbox({ tenantId, to: [anna] }), someMailbox({ tenantId, to: [anna] })];
    const message = from.messageCreated();
    await notify.tellOfPeople(user.told());
    await notify.tell(from.created(), to.created(), message);
    await notify.tell(...inOrder(movedBetween(message, from, to)));
    expect(await told(message, from)).toMatchObject([{ recipient: anna, state: 'cancelled' }]);
    expect(await told(message, to)).toMatchObject([{ recipient: anna, state: 'pending', attempts: [] }]);
  });
});
