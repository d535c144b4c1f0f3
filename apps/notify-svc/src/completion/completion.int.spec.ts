import {
  type CloudEvent,
  contractEvents,
  type Message,
  type NotifySettings,
  type UserNotify,
} from '@aftertone/contracts';
import { startReaction } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import { notice, facts as sampleFacts } from '../deliveries/delivery.samples.ts';
import { deliveryId } from '../deliveries/delivery-id.ts';
import { notifyPublisher } from '../publishing/publisher.ts';
import { messageOf, type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { someUser } from '../test-support/people-events.ts';
import { testClock } from '../test-support/test-clock.ts';

const [anna, ben] = ['anna@example.test', 'ben@example.test'];
const time = testClock();
let notify: Notify;
let stops: Array<() => Promise<void>> = [];

beforeEach(async () => {
  time.set('2026-07-14T07:10:00.000Z');
  notify = await startNotify(undefined, time.clock);
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
  await notify.close();
});

/** A replica of the part that follows the service's own log. */
const follow = () => {
  const { store, completion } = notify;
  const handle = completion.react.bind(completion);
  const reaction = startReaction({ store, name: 'completion', from: 'start', takeOverMs: 50, handle });
  stops.push(() => reaction.stop());
  return reaction;
};
/** Everything that has happened by now has been followed. */
const followed = async (reaction: ReturnType<typeof follow>): Promise<void> => {
  const head = await notify.store.log.headPosition();
  await eventually(() => expect(reaction.position()).toBeGreaterThanOrEqual(head));
};
const completed = async (message: CloudEvent) => {
  const events = await notify.store.log.readAll(0, 1_000);
  const published = events.flatMap((event) => notifyPublisher('c1').envelopes(event)).map(({ event }) => event);
  return published
    .filter(({ type, data }) => type === 'notification_completed' && data.messageId === messageOf(message))
    .map(({ data }) => data);
};
const untilCompleted = (message: CloudEvent, delivered: number, channel = 'email') =>
  eventually(async () => {
    expect(await completed(message)).toMatchObject([{ eventId: message.id, delivered, channel }]);
  });
const untilState = (message: CloudEvent, recipient: string, state: string) =>
  eventually(async () => {
    const found = (await notify.deliveries(message)).find((one) => one.recipient === recipient);
    expect(found?.state).toBe(state);
    return found;
  });
const voice = {
  ...{ type: 'voice' as const, mediaId: newId(), contentType: 'audio/wav' as const, codec: 'pcm_mulaw' },
  ...{ durationMs: 12_340, bytes: 98_764, sha256: 'ab'.repeat(32) },
};
const texts = (to: string[]): Partial<NotifySettings> => ({ text: { to }, mwi: { enabled: false } });
const deposit = async (box: SomeMailbox, change: Partial<Message> = {}): Promise<CloudEvent> => {
  const message = box.messageCreated(change);
  await notify.tell(box.created(), message);
  return message;
};
/** Anna gets her e-mails later than Ben. */
const boxWithLateAnna = async (settings: Partial<UserNotify>) => {
  const tenantId = newId();
  const user = someUser({ tenantId, email: anna, timezone: 'Europe/Paris', notify: settings });
  await notify.tellOfPeople(user.told());
  return someMailbox({ tenantId, to: [anna, ben] });
};

describe('the e-mails about a message', () => {
  it('are complete when each has been accepted, and that is told once', async () => {
    const reaction = follow();
    notify.startSending();
    const message = await deposit(someMailbox({ to: [anna, ben] }));
    await untilCompleted(message, 2);
    await notify.tell(message);
    await followed(reaction);
    await untilCompleted(message, 2);
  });

  it('are told as complete once by several replicas', async () => {
    for (let n = 0; n < 3; n += 1) {
      follow();
      notify.startSending();
    }
    const box = someMailbox({ to: [anna, ben] });
    const messages = await Promise.all(Array.from({ length: 5 }, () => deposit(box)));
    for (const message of messages) await untilCompleted(message, 2);
  });

  it('are not complete while one has failed, until it is sent again', async () => {
    const reaction = follow();
    notify.smtp.behave({ kind: 'refuse', code: 550, text: 'no such user', at: 'recipient' }, ben);
    notify.startSending();
    const message = await deposit(someMailbox({ to: [anna, ben] }));
    await untilState(message, anna, 'delivered');
    const failed = await untilState(message, ben, 'failed');
    await followed(reaction);
    expect(await completed(message)).toEqual([]);
    notify.smtp.behave({ kind: 'accept' }, ben);
    await notify.store.handle(deliveryAggregate, {
      tenantId: message.tenantid,
      id: failed?.id ?? '',
      command: { type: 'ReplayDelivery', data: {}, meta: { now: time.clock().toISOString() } },
      meta: { actor: { kind: 'system', id: 'spec' }, correlationId: 'request-2' },
    });
    await untilCompleted(message, 2);
  });

  it('are never complete where there are none', async () => {
    const reaction = follow();
    notify.startSending();
    const message = await deposit(someMailbox({ to: [] }));
    await followed(reaction);
    expect(await completed(message)).toEqual([]);
  });

  it('are complete also when all were accepted before it was known that these are all', async () => {
    const reaction = follow();
    notify.startSending();
    const box = someMailbox({ to: [anna] });
    const message = box.messageCreated();
    const about = { eventId: message.id, messageId: messageOf(message), mailboxId: box.mailboxId };
    const facts = { ...sampleFacts, ...about, recipient: anna };
    await notify.store.handle(deliveryAggregate, {
      tenantId: box.tenantId,
      id: deliveryId({ tenantId: box.tenantId, ...facts }),
      command: { type: 'PlanNotification', data: { facts, notice }, meta: { now: time.clock().toISOString() } },
      meta: { actor: { kind: 'system', id: 'spec' }, correlationId: 'request-1' },
    });
    await untilState(message, anna, 'delivered');
    await followed(reaction);
    expect(await completed(message)).toEqual([]);
    await notify.tell(box.created(), message);
    await untilCompleted(message, 1);
  });

  it('of which one is the message itself, which is kept elsewhere, are told as that', async () => {
    follow();
    notify.startSending();
    const box = someMailbox({ to: [anna] });
    const created = box.messageCreated();
    const data = { ...created.data, to: 'archive@example.test' };
    const forwarding = { ...created, type: contractEvents.messageForwarding.type, data };
    await notify.tell(box.created(), forwarding);
    await untilCompleted(forwarding, 1, 'external');
  });

  it('are complete with the short ones, of which each counts', async () => {
    const reaction = follow();
    notify.smtp.behave({ kind: 'refuse', code: 550, text: 'no such user', at: 'recipient' }, ben);
    notify.startSending();
    const box = (text: string[]) => someMailbox({ to: [anna], notify: texts(text) });
    const message = await deposit(box([ben]));
    await untilState(message, anna, 'delivered');
    await untilState(message, ben, 'failed');
    await followed(reaction);
    expect(await completed(message)).toEqual([]);
    notify.smtp.behave({ kind: 'accept' }, ben);
    await untilCompleted(await deposit(box([ben])), 2);
  });

  it('are never complete by short ones alone', async () => {
    const reaction = follow();
    notify.startSending();
    const message = await deposit(someMailbox({ to: [], notify: texts([ben]) }));
    await untilState(message, ben, 'delivered');
    await followed(reaction);
    expect(await completed(message)).toEqual([]);
  });

  it.each([
    ['too-large', {}, { NOTIFY_ATTACHMENT_MAX_BYTES: 1_000 }],
    ['confidential', { confidential: true }, {}],
  ])('are not complete when a recording that was wanted did not go along: %s', async (why, change, config) => {
    const reaction = follow();
    notify.startSending(config);
    const message = await deposit(someMailbox({ to: [anna], attachAudio: true }), { content: voice, ...change });
    expect(await untilState(message, anna, 'delivered')).toMatchObject({ withoutRecording: why });
    await followed(reaction);
    expect(await completed(message)).toEqual([]);
  });

  it('are not complete by a digest that lists what was to be attached', async () => {
    const reaction = follow();
    notify.startSending();
    const tenantId = newId();
    const user = someUser({ tenantId, email: anna, timezone: 'Europe/Paris', notify: { digest: { every: 'hour' } } });
    await notify.tellOfPeople(user.told());
    const box = someMailbox({ tenantId, to: [anna], attachAudio: true });
    const messages = [await deposit(box, { content: voice }), await deposit(box, { content: voice })];
    const plain = await deposit(box);
    time.set('2026-07-14T08:00:00.000Z');
    await untilCompleted(plain, 1);
    await followed(reaction);
    for (const message of messages) {
      expect(await untilState(message, anna, 'delivered')).toMatchObject({ withoutRecording: 'digest' });
      expect(await completed(message)).toEqual([]);
    }
  });

  it('are complete when the last one of quiet hours or of a digest has been accepted', async () => {
    const reaction = follow();
    notify.startSending();
    const message = await deposit(await boxWithLateAnna({ digest: { every: 'hour' } }));
    await untilState(message, ben, 'delivered');
    await followed(reaction);
    expect(await completed(message)).toEqual([]);
    time.set('2026-07-14T08:00:00.000Z');
    await untilCompleted(message, 2);
  });

  it('are complete when the last one is not needed any more', async () => {
    const reaction = follow();
    notify.startSending();
    const box = await boxWithLateAnna({ digest: { every: 'hour' } });
    const message = await deposit(box);
    await untilState(message, ben, 'delivered');
    await followed(reaction);
    await notify.tell(box.messageUpdated(message, { state: 'done' }));
    await untilCompleted(message, 1);
  });

  it('are not complete by the purge of the message', async () => {
    const reaction = follow();
    notify.startSending();
    const box = await boxWithLateAnna({ digest: { every: 'hour' } });
    const message = await deposit(box);
    await untilState(message, ben, 'delivered');
    await notify.tell(box.messageDeleted(messageOf(message), 'purged'));
    await followed(reaction);
    expect(await completed(message)).toEqual([]);
  });
});
