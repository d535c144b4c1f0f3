import type { CloudEvent, Escalation, Message } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SendingConfig } from '../parts.ts';
import { notifyPublisher } from '../publishing/publisher.ts';
import { messageOf, type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { someUser } from '../test-support/people-events.ts';
import { testClock } from '../test-support/test-clock.ts';
import { EscalationDesk } from './escalation-desk.ts';
import { viewOf } from './escalations.ts';
import { startEscalating } from './start-escalating.ts';

const [anna, boss, night] = ['anna@example.test', 'boss@example.test', 'night@example.test'];
const time = testClock();
let notify: Notify;
let stops: Array<() => Promise<void>> = [];

beforeEach(async () => {
  notify = await startNotify(undefined, time.clock);
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
  await notify.close();
});

const escalating = (): { stop(): Promise<void> } => {
  const { ground, escalations, logger: log } = notify;
  const running = startEscalating({ ground, escalations, log, leaseMs: 2_000, pollMs: 10, onPlanned: () => undefined });
  stops.push(running.stop);
  return running;
};

const step = (afterSeconds: number, email: string[], userIds: string[] = []) => ({
  ...{ afterSeconds, email, userIds },
  sms: [],
});
const twoSteps: Escalation = { steps: [step(60, [boss]), step(300, [night])], urgentOnly: false };

const boxWith = (escalation: Escalation = twoSteps): SomeMailbox =>
  someMailbox({ to: [anna], notify: { mwi: { enabled: false }, escalation } });

const deposit = async (box: SomeMailbox, change: Partial<Message> = {}): Promise<CloudEvent> => {
  const message = box.messageCreated(change);
  await notify.tell(box.created(), message);
  return message;
};
const stateOf = async (message: CloudEvent) =>
  viewOf(await notify.escalations.find({ tenantId: message.tenantid, messageId: messageOf(message) }));
const escalated = async (message: CloudEvent) =>
  (await notify.deliveries(message)).filter(({ purpose }) => purpose === 'escalation');
const untilTold = (message: CloudEvent, recipients: string[]) =>
  eventually(async () => {
    const told = await escalated(message);
    expect(told.map(({ recipient }) => recipient).sort()).toEqual(recipients.toSorted());
    return told;
  });
/** Every due step has been taken, and the ones that are not due stay. */
const settled = async (): Promise<void> => {
  await eventually(async () => {
    const { rowCount } = await notify.store.pool.query('SELECT FROM escalation_timer WHERE due_at <= $1', [
      time.clock(),
    ]);
    expect(rowCount).toBe(0);
  });
};

describe('a message that nobody takes care of', () => {
  it('is told to the people of each step in its time, and to everybody on the bus', async () => {
    escalating();
    const message = await deposit(boxWith());
    expect(await stateOf(message)).toMatchObject({ state: 'running', steps: [{ takenAt: null }, { takenAt: null }] });
    expect(await escalated(message)).toEqual([]);
    time.forward(60);
    const [first] = await untilTold(message, [boss]);
    expect(first).toMatchObject({ channel: 'email', state: 'pending', messageId: messageOf(message) });
    expect(first?.eventId).not.toBe(message.id);
    time.forward(240);
    const told = await untilTold(message, [boss, night]);
    expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(2);
    expect(await stateOf(message)).toMatchObject({ state: 'ended', stopped: null });

    const events = await notify.store.log.readAll(0, 1_000);
    const published = events.flatMap((event) => notifyPublisher('c1').envelopes(event));
    expect(published.map(({ event }) => event).filter(({ type }) => type === 'message_escalated')).toMatchObject([
      { id: first?.eventId, data: { messageId: messageOf(message), step: 1, of: 2 } },
      { data: { messageId: messageOf(message), step: 2, of: 2 } },
    ]);
  });

  it('is told in an e-mail that says so', async () => {
    notify.startSending();
    escalating();
    const message = await deposit(boxWith(), { callerNumber: '+4930123456' });
    time.forward(60);
    await untilTold(message, [boss]);
    const mail = await eventually(() => {
      const found = notify.smtp.messages.find(({ to }) => to.includes(boss));
      expect(found).toBeDefined();
      return found;
    });
    expect(mail?.mail.text).toContain('+4930123456');
  });

  it('reaches users at their address of then, and each address once', async () => {
    escalating();
    const tenantId = newId();
    const user = someUser({ tenantId, email: 'old@example.test' });
    const escalation = { steps: [step(60, ['NEW@example.test', boss], [user.userId])], urgentOnly: false };
    const box = someMailbox({ tenantId, to: [], notify: { mwi: { enabled: false }, escalation } });
    await notify.tellOfPeople(user.told());
    const message = await deposit(box);
    await notify.tellOfPeople(user.told({ email: 'new@example.test' }));
    time.forward(60);
    const told = await untilTold(message, [boss, 'new@example.test']);
    expect(told.find(({ recipient }) => recipient !== boss)?.userId).toBe(user.userId);
  });

  it('is told by the steps of the moment when it came', async () => {
    escalating();
    const box = boxWith();
    const message = await deposit(box);
    const changed = box.updated({});
    Object.assign(Object(changed.data.mailbox).notify, { escalation: { steps: [], urgentOnly: false } });
    await notify.tell(changed);
    time.forward(60);
    await untilTold(message, [boss]);
    const later = box.messageCreated();
    await notify.tell(later);
    expect(await stateOf(later)).toMatchObject({ state: 'none' });
  });

  it.each([
    ['urgent ones only', { ...twoSteps, urgentOnly: true }],
    ['none', { steps: [], urgentOnly: false }],
  ])('is left alone where the mailbox escalates %s', async (_, escalation) => {
    const message = await deposit(boxWith(escalation));
    expect(await stateOf(message)).toEqual({ state: 'none', steps: [], stopped: null });
  });

  it('is escalated once, whatever is told twice, and however many replicas there are', async () => {
    const box = boxWith();
    const message = await deposit(box);
    await Promise.all([notify.tell(message), notify.tell(message)]);
    for (let n = 0; n < 3; n += 1) escalating();
    time.forward(300);
    await untilTold(message, [boss, night]);
    await settled();
    expect(await escalated(message)).toHaveLength(2);
  });

  it('is told also when the process ends between a step and its plan', async () => {
    const message = await deposit(boxWith());
    time.forward(60);
    await notify.escalations.takeStep({ tenantId: message.tenantid, messageId: messageOf(message) }, 'request-1');
    expect(await escalated(message)).toEqual([]);
    await escalating().stop();
    escalating();
    await untilTold(message, [boss]);
  });
});

describe('an escalation stops', () => {
  const member = newId();
  it.each([
    ['it is heard', 'heard', (box: SomeMailbox, created: CloudEvent) => box.messageUpdated(created, { heard: true })],
    ['a member hears it', 'heard', (box: SomeMailbox, c: CloudEvent) => box.messageUpdated(c, { heard: true }, member)],
    ['somebody claims it', 'claimed', (box: SomeMailbox, c: CloudEvent) => box.messageUpdated(c, { state: 'claimed' })],
    ['it is done', 'done', (box: SomeMailbox, c: CloudEvent) => box.messageUpdated(c, { state: 'done' })],
    [
      'it is put into the trash',
      'gone',
      (box: SomeMailbox, c: CloudEvent) => box.messageUpdated(c, { folder: 'trash' }),
    ],
    ['it is deleted', 'gone', (box: SomeMailbox, c: CloudEvent) => box.messageDeleted(messageOf(c), 'deleted')],
    ['it is moved away', 'moved', (box: SomeMailbox, c: CloudEvent) => box.messageDeleted(messageOf(c), 'moved')],
    ['it is purged', 'purged', (box: SomeMailbox, c: CloudEvent) => box.messageDeleted(messageOf(c), 'purged')],
    ['the mailbox is closed', 'mailbox-closed', (box: SomeMailbox) => box.closed()],
  ])('when %s', async (_, reason, event) => {
    const box = boxWith();
    const message = await deposit(box);
    const other = await deposit(boxWith());
    await notify.tell(event(box, message));
    expect(await stateOf(message)).toMatchObject({ state: 'stopped', stopped: { reason } });
    time.forward(300);
    escalating();
    await untilTold(other, [boss, night]);
    expect(await escalated(message)).toEqual([]);
  });

  it('when somebody acknowledges the message, which may be done again', async () => {
    const message = await deposit(boxWith());
    const desk = new EscalationDesk(notify.ground);
    const actor = { kind: 'user', id: newId(), admin: false } as const;
    const call = { tenantId: message.tenantid, actor, correlationId: 'request-2', deadline: Date.now() + 5_000 };
    await desk.acknowledge(messageOf(message), call);
    await desk.acknowledge(messageOf(message), call);
    await desk.acknowledge(newId(), call);
    const stopped = { reason: 'acknowledged', by: actor.id };
    expect(await desk.read(message.tenantid, messageOf(message))).toMatchObject({ state: 'stopped', stopped });
    expect(await desk.read(newId(), messageOf(message))).toMatchObject({ state: 'none' });
  });

  it('also when that is told before the message itself', async () => {
    const box = boxWith();
    const message = box.messageCreated();
    await notify.tell(box.created(), box.messageUpdated(message, { heard: true }), message);
    expect(await stateOf(message)).toMatchObject({ state: 'stopped', stopped: { reason: 'heard' } });
  });

  it('not when it is only moved to another folder', async () => {
    const box = boxWith();
    const message = await deposit(box);
    await notify.tell(box.messageUpdated(message, { folder: 'saved' }));
    expect(await stateOf(message)).toMatchObject({ state: 'running' });
  });
});

describe('who is told of a step', () => {
  const toldNow = async (): Promise<{ box: SomeMailbox; message: CloudEvent }> => {
    escalating();
    const box = boxWith();
    const message = await deposit(box);
    time.forward(60);
    await untilTold(message, [boss]);
    return { box, message };
  };
  const untilState = (message: CloudEvent, state: string) =>
    eventually(async () => {
      const [one] = await escalated(message);
      expect(one?.state).toBe(state);
      return one;
    });

  it.each(['heard', 'claimed', 'acknowledged'])('is not told any more once the message is %s', async (how) => {
    const { box, message } = await toldNow();
    if (how === 'acknowledged') {
      const actor = { kind: 'user', id: newId(), admin: false } as const;
      const call = { tenantId: message.tenantid, actor, correlationId: 'request-2', deadline: Date.now() + 5_000 };
      await new EscalationDesk(notify.ground).acknowledge(messageOf(message), call);
    } else await notify.tell(box.messageUpdated(message, how === 'heard' ? { heard: true } : { state: 'claimed' }));
    expect(await untilState(message, 'cancelled')).toMatchObject({ attempts: [] });
    expect((await notify.deliveries(message)).find(({ recipient }) => recipient === anna)?.state).toBe('pending');
  });

  it.each([
    ['between two attempts', 'pending'],
    ['while one is under way', 'sending'],
  ])('is not tried again when it is heard %s', async (_, state) => {
    const { box, message } = await toldNow();
    notify.smtp.behave({ kind: 'hang' }, boss);
    const retrying = { NOTIFY_RETRY_SECONDS: [60_000], NOTIFY_GIVE_UP_SECONDS: 3_600 } satisfies Partial<SendingConfig>;
    notify.startSending({ ...retrying, SMTP_TIMEOUT_MS: state === 'sending' ? 2_000 : 100 });
    await eventually(async () => expect(await escalated(message)).toMatchObject([{ state, attempts: [{ n: 1 }] }]));
    await notify.tell(box.messageUpdated(message, { heard: true }));
    await eventually(async () =>
      expect(await escalated(message)).toMatchObject([{ attempts: [{ outcome: 'failed' }] }]),
    );
    notify.smtp.behave({ kind: 'accept' }, boss);
    time.forward(120);
    await untilState(message, 'cancelled');
    expect(notify.smtp.messages.filter(({ to }) => to.includes(boss))).toEqual([]);
  });

  it('is not tried where the step was planned while somebody took care', async () => {
    const box = boxWith();
    const message = await deposit(box);
    time.forward(60);
    await notify.escalations.takeStep({ tenantId: message.tenantid, messageId: messageOf(message) }, 'request-1');
    await notify.tell(box.messageUpdated(message, { heard: true }));
    const other = await deposit(boxWith());
    escalating();
    time.forward(60);
    await untilTold(other, [boss]);
    expect(await escalated(message)).toEqual([]);
  });
});

describe('the caller of an escalated message', () => {
  it('is in no table in clear, and after a purge nowhere at all', async () => {
    escalating();
    const box = boxWith();
    const callers = { callerNumber: '+4930999888777', callerName: 'Hidden Person', calledNumber: '+4930111222333' };
    const message = await deposit(box, callers);
    time.forward(60);
    await untilTold(message, [boss]);
    const stored = await notify.everything();
    for (const text of Object.values(callers)) expect(stored).not.toContain(text);

    await notify.tell(box.messageDeleted(messageOf(message), 'purged'));
    const { rows } = await notify.store.pool.query<{ left: number }>(
      'SELECT count(*)::int AS left FROM subject_key WHERE tenant_id = $1 AND wrapped IS NOT NULL',
      [box.tenantId],
    );
    expect(rows).toEqual([{ left: 0 }]);
    expect(await escalated(message)).toMatchObject([{ state: 'cancelled' }]);
  });
});
