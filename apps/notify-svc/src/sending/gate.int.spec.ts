import type { CloudEvent, UserNotify } from '@aftertone/contracts';
import { startReaction } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memberTold, userGone } from '../devices/device.samples.ts';
import { type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { someUser } from '../test-support/people-events.ts';
import { testClock } from '../test-support/test-clock.ts';

const [anna, ben] = ['anna@example.test', 'ben@example.test'];
const [evening, morning] = ['2026-07-14T21:30:00.000Z', '2026-07-15T05:00:00.000Z'];
const days: NonNullable<UserNotify['quietHours']>['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const quietHours = { from: '22:00', until: '07:00', days, exceptUrgent: true };
const wanted = { attachAudio: null, audioFormat: null, link: null };
const wants = (enabled: boolean | null): Partial<UserNotify> => ({ email: { ...wanted, enabled } });
const time = testClock();
let notify: Notify;

beforeEach(async () => {
  time.set(evening);
  notify = await startNotify(undefined, time.clock);
});
afterEach(() => notify.close());

type Box = Partial<Omit<Parameters<typeof someMailbox>[0], 'ownerUserIds'>>;

/** A mailbox, and Anna, who is told at seven: as a member who wants it, unless the mailbox is another one. */
const boxAndAnna = async ({
  own = wants(true),
  owns = false,
  ...box
}: Box & { own?: Partial<UserNotify>; owns?: boolean }) => {
  const tenantId = newId();
  const user = someUser({ tenantId, email: anna, timezone: 'Europe/Paris', notify: { quietHours, ...own } });
  const ownerUserIds = owns ? [user.userId] : [];
  const mailbox = someMailbox({ tenantId, to: [], accessType: 'group', ...box, ownerUserIds });
  await notify.tellOfPeople(user.told());
  const member = memberTold(mailbox, user.userId);
  await notify.tell(mailbox.created(), ...(owns ? [] : [member]));
  return { box: mailbox, user, tenantId };
};
const deposit = async (box: SomeMailbox): Promise<CloudEvent> => {
  const message = box.messageCreated();
  await notify.tell(message);
  return message;
};
const untilStates = (message: CloudEvent, ...states: string[]) =>
  eventually(async () => {
    const all = await notify.deliveries(message);
    expect(all.map(({ state }) => state)).toEqual(states);
    return all;
  });
const removed = (box: SomeMailbox, userId: string) => memberTold(box, userId, []);
/** Version beyond those of the mailbox's own events so far. */
const disowned = (box: SomeMailbox) => {
  const event = box.updated({});
  const { mailbox } = event.data;
  return { ...event, data: { ...event.data, mailbox: { ...Object(mailbox), ownerUserIds: [] } } };
};

describe('an e-mail that waits', () => {
  const atSeven = async (message: CloudEvent, state: string): Promise<void> => {
    time.set(morning);
    notify.startSending();
    const [one] = await untilStates(message, state);
    expect(notify.smtp.messages).toHaveLength(state === 'delivered' ? 1 : 0);
    if (state === 'cancelled') {
      expect(one).toMatchObject({ attempts: [{ outcome: 'failed', detail: expect.stringMatching(/^not sent: /) }] });
      const { rows } = await notify.store.pool.query<{ data: object }>(
        `SELECT data FROM event WHERE type = 'NotificationCancelled'`,
      );
      expect(rows).toMatchObject([{ data: { reason: 'recipient-gone' } }]);
    }
  };

  it('goes out where nothing has changed', async () => {
    const { box } = await boxAndAnna({});
    await atSeven(await deposit(box), 'delivered');
  });

  it('is not sent to a member who was removed', async () => {
    const { box, user } = await boxAndAnna({});
    const message = await deposit(box);
    await notify.tell(removed(box, user.userId));
    await atSeven(message, 'cancelled');
  });

  it.each([
    ['as a member', []],
    ['by an address that the mailbox names', [anna]],
  ])('is not sent to a user who was deleted and is told %s', async (_, to) => {
    const { box, user, tenantId } = await boxAndAnna({ to });
    const message = await deposit(box);
    await notify.tellOfPeople({ ...userGone(tenantId, user.userId), streamversion: 1_000 });
    await atSeven(message, 'cancelled');
  });

  it('is not sent to an owner who is none any more', async () => {
    const { box } = await boxAndAnna({ owns: true });
    const message = await deposit(box);
    await notify.tell(disowned(box));
    await atSeven(message, 'cancelled');
  });

  it('is not sent to an address that the mailbox does not name any more, whoever has it', async () => {
    const { box } = await boxAndAnna({ to: [anna], own: {} });
    const message = await deposit(box);
    await notify.tell(box.updated({ to: [ben] }));
    await atSeven(message, 'cancelled');
  });

  it.each([[[]], [[anna]]])('is not sent to who has turned e-mails off meanwhile, named: %s', async (to) => {
    const { box, user } = await boxAndAnna({ to });
    const message = await deposit(box);
    await notify.tellOfPeople(user.told({ notify: wants(false) }));
    await atSeven(message, 'cancelled');
  });

  it('is not sent to the address that a user had before', async () => {
    const { box, user } = await boxAndAnna({});
    const message = await deposit(box);
    await notify.tellOfPeople(user.told({ email: 'new@example.test' }));
    await atSeven(message, 'cancelled');
  });

  it('goes to an address that the mailbox names, whatever its user may hear, and in whatever letters', async () => {
    const { box, user } = await boxAndAnna({ to: [anna] });
    const message = await deposit(box);
    await notify.tell(removed(box, user.userId), box.updated({ to: [anna.toUpperCase()] }));
    await notify.tellOfPeople(user.told({ email: 'new@example.test' }));
    await atSeven(message, 'delivered');
  });

  it('goes to everybody in the tenant where the mailbox is for all', async () => {
    const { box, user } = await boxAndAnna({ accessType: 'global' });
    const message = await deposit(box);
    await notify.tell(removed(box, user.userId));
    await atSeven(message, 'delivered');
  });
});

describe('a digest', () => {
  const digest: Partial<UserNotify> = { ...wants(true), quietHours: null, digest: { every: 'hour' } };

  it('leaves out what its reader may not hear any more', async () => {
    const { box, user, tenantId } = await boxAndAnna({ own: digest });
    const other = someMailbox({ tenantId, to: [], accessType: 'group' });
    await notify.tell(other.created(), memberTold(other, user.userId));
    const [gone, first, second] = [await deposit(box), await deposit(other), await deposit(other)];
    await notify.tell(removed(box, user.userId));
    time.set('2026-07-14T22:00:00.000Z');
    notify.startSending();
    await untilStates(gone, 'cancelled');
    await untilStates(first, 'delivered');
    await untilStates(second, 'delivered');
    expect(notify.smtp.messages).toHaveLength(1);
    expect(notify.smtp.messages[0]?.mail.text?.match(/Zoé Caller/g)).toHaveLength(2);
  });

  it('is not sent where nothing is left of it', async () => {
    const { box, user } = await boxAndAnna({ own: digest });
    const [first, second] = [await deposit(box), await deposit(box)];
    await notify.tell(removed(box, user.userId));
    time.set('2026-07-14T22:00:00.000Z');
    notify.startSending();
    await untilStates(first, 'cancelled');
    await untilStates(second, 'cancelled');
    expect(notify.smtp.messages).toEqual([]);
  });
});

it('is looked at again before what failed is tried again', async () => {
  notify.smtp.behave({ kind: 'refuse', code: 451, text: 'later', at: 'recipient' });
  const { box, user } = await boxAndAnna({ own: { ...wants(true), quietHours: null } });
  const message = await deposit(box);
  notify.startSending({ NOTIFY_RETRY_SECONDS: [20_000] });
  await eventually(async () =>
    expect(await notify.deliveries(message)).toMatchObject([{ state: 'pending', attempts: [{ outcome: 'failed' }] }]),
  );
  await notify.tell(removed(box, user.userId));
  notify.smtp.behave({ kind: 'accept' });
  time.forward(40);
  const [done] = await untilStates(message, 'cancelled');
  expect(done?.attempts.map(({ detail }) => detail)).toEqual(['451 later', expect.stringMatching(/^not sent: /)]);
  expect(notify.smtp.messages).toEqual([]);
});

it('completes the others', async () => {
  const { store, completion } = notify;
  const handle = completion.react.bind(completion);
  const reaction = startReaction({ store, name: 'completion', from: 'start', takeOverMs: 50, handle });
  const { box, user } = await boxAndAnna({ to: [ben] });
  const message = await deposit(box);
  notify.startSending();
  await notify.tell(removed(box, user.userId));
  time.set(morning);
  await eventually(async () => {
    const all = await notify.deliveries(message);
    expect(all.map(({ state }) => state).sort()).toEqual(['cancelled', 'delivered']);
    const { rows } = await store.pool.query(`SELECT data FROM event WHERE type = 'AnnouncementCompleted'`);
    expect(rows).toMatchObject([{ data: { delivered: 1 } }]);
  });
  await reaction.stop();
});
