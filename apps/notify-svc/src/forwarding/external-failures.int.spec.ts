import { type CallContext, type CloudEvent, contractEvents } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryDesk } from '../deliveries/delivery-desk.ts';
import { ReplayWork } from '../deliveries/replay/replay-work.ts';
import { KnownMailboxes } from '../known/known-mailboxes.ts';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { someUser } from '../test-support/people-events.ts';
import { startTellingOfFailures } from './start-telling.ts';

const [archive, other, owner] = ['archive@example.test', 'other@example.test', 'owner@example.test'];

let notify: Notify;
let box: ReturnType<typeof someMailbox>;
let desk: DeliveryDesk;
let stops: Array<() => Promise<unknown>> = [];
beforeEach(async () => {
  notify = await startNotify();
  desk = new DeliveryDesk(notify.ground);
  const tenantId = newId();
  const [reader, silent] = [
    someUser({ tenantId, email: owner, timezone: 'Asia/Tokyo' }),
    someUser({ tenantId, email: null }),
  ];
  const ownerUserIds = [reader.userId, silent.userId];
  await notify.tellOfPeople(reader.told(), silent.told(), someUser({ tenantId, email: 'else@example.test' }).told());
  box = someMailbox({ tenantId, to: ['desk@example.test'], ownerUserIds });
  await notify.tell(box.created());
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
  await notify.close();
});

/** Of the mailbox's settings, which begin with 1. */
let version = 1;
/** The address of the mailbox is now this one. */
const keepAt = async (email: string) => {
  const mailboxes = new KnownMailboxes(notify.store.pool);
  const key = { tenantId: box.tenantId, mailboxId: box.mailboxId };
  const known = await mailboxes.find(key);
  if (known === null) throw new Error('the mailbox is not known');
  await mailboxes.record(key, { ...known, storage: { type: 'external', email } }, ++version);
};
const failed = async (): Promise<{ message: CloudEvent; id: string }> => {
  notify.smtp.behave({ kind: 'refuse', code: 550, at: 'recipient', text: 'no such user' }, archive);
  notify.startSending();
  const created = box.messageCreated();
  const data = { ...created.data, to: archive };
  const message = { ...created, type: contractEvents.messageForwarding.type, data };
  await keepAt(archive);
  await notify.tell(message);
  return { message, id: await untilState(message, archive, 'failed') };
};
const untilState = (message: CloudEvent, recipient: string, state: string): Promise<string> =>
  eventually(async () => {
    const found = (await notify.deliveries(message)).find((one) => one.recipient === recipient);
    expect(found).toMatchObject({ state });
    return found?.id ?? '';
  });
const mailsTo = (recipient: string) => notify.smtp.messages.filter(({ to }) => to.includes(recipient));
const call = (): CallContext => ({
  ...{ tenantId: box.tenantId, correlationId: 'asked', deadline: Date.now() + 5_000 },
  actor: { kind: 'user', id: newId(), admin: true },
});

describe('a message that could not be sent to where it is kept', () => {
  it('is told to the owners of its mailbox, at their own addresses, once', async () => {
    const tell = () => {
      const reaction = startTellingOfFailures({ ...notify.ground, onPlanned: () => undefined });
      stops.push(() => reaction.stop());
      return reaction;
    };
    const reaction = tell();
    const { message, id } = await failed();
    await untilState(message, owner, 'delivered');
    await desk.replay({ id }, call());
    await eventually(async () => expect((await desk.get(id, call())).attempts).toHaveLength(2));
    await untilState(message, archive, 'failed');
    const head = await notify.store.log.headPosition();
    await eventually(() => expect(reaction.position()).toBeGreaterThanOrEqual(head));
    const deliveries = await notify.deliveries(message);
    expect(deliveries.map(({ recipient, purpose }) => [recipient, purpose])).toEqual([
      [archive, 'message'],
      [owner, 'notice'],
    ]);
    const [mail, ...more] = mailsTo(owner);
    expect(more).toEqual([]);
    expect(mail?.mail.subject).toBe('A message for Reception (100) could not be sent on');
    for (const part of ['7:30:00', archive, '550 no such user', 'not lost']) {
      expect(mail?.mail.text).toContain(part);
      expect(mail?.mail.html).toContain(part);
    }
    expect(mail?.mail.text).not.toContain('Zoé');
  });
});

describe('the replay of such a message', () => {
  it('goes to where the mailbox keeps its messages now', async () => {
    const { message, id } = await failed();
    await keepAt(other);
    const next = await desk.replay({ id }, call());
    expect(next).toMatchObject({ channel: 'external', recipient: other });
    expect(await desk.get(id, call())).toMatchObject({ state: 'failed', replacedBy: next.id });
    await untilState(message, other, 'delivered');
    expect(mailsTo(other)).toHaveLength(1);
  });

  it('goes there also with all others', async () => {
    const { message } = await failed();
    await keepAt(other);
    await desk.replayAll({}, call());
    const elected = new ReplayWork({ ...notify.ground, onReplayed: () => undefined }).start();
    stops.push(() => elected.stop());
    await untilState(message, other, 'delivered');
  });

  it('goes to the same address while that is the one, and when the new one had it before', async () => {
    const { message, id } = await failed();
    expect(await desk.replay({ id }, call())).toMatchObject({ id });
    await untilState(message, archive, 'failed');
    notify.smtp.behave({ kind: 'refuse', code: 550, at: 'recipient' }, other);
    const redirected = await desk.replay({ id, recipient: other }, call());
    await untilState(message, other, 'failed');
    notify.smtp.behave({ kind: 'accept' }, other);
    expect(await desk.replay({ id: redirected.id }, call())).toMatchObject({ id: redirected.id });
    await untilState(message, other, 'delivered');
  });
});
