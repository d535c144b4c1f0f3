import {
  type CloudEvent,
  contractEvents,
  initialTenantNotify,
  type Message,
  type UserNotify,
} from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageIdOf } from '../email/mail.ts';
import { KnownTenants } from '../known/known-tenants.ts';
import { TemplateDesk } from '../templates/template-desk.ts';
import { messageOf, type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, sendingConfig, startNotify } from '../test-support/notify.ts';
import { someUser } from '../test-support/people-events.ts';
import { testClock } from '../test-support/test-clock.ts';
import { digestId } from './send-digest.ts';

const [anna, ben] = ['anna@example.test', 'ben@example.test'];
const [morning, slot] = ['2026-07-14T07:10:00.000Z', '2026-07-14T08:00:00.000Z'];
const hourly: Partial<UserNotify> = { digest: { every: 'hour' } };
const time = testClock();
let notify: Notify;

beforeEach(async () => {
  time.set(morning);
  notify = await startNotify(undefined, time.clock);
});
afterEach(() => notify.close());

const boxOf = async (notifySettings = hourly, more: Partial<Parameters<typeof someMailbox>[0]> = {}) => {
  const tenantId = newId();
  const user = someUser({ tenantId, email: anna, timezone: 'Europe/Paris', notify: notifySettings });
  const box = someMailbox({ tenantId, to: [anna, ben], ...more });
  await notify.tellOfPeople(user.told());
  await notify.tell(box.created());
  return { box, user };
};
const deposit = async (box: SomeMailbox, change: Partial<Message> = {}): Promise<CloudEvent> => {
  const message = box.messageCreated(change);
  await notify.tell(message);
  return message;
};
const toAnna = async (message: CloudEvent) => {
  const found = (await notify.deliveries(message)).find(({ recipient }) => recipient === anna);
  if (found === undefined) throw new Error('nothing is planned for Anna');
  return found;
};
const untilDelivered = (messages: readonly CloudEvent[]) =>
  eventually(async () => {
    const found = await Promise.all(messages.map(toAnna));
    expect(found.map(({ state }) => state)).toEqual(messages.map(() => 'delivered'));
    return found;
  });
const counted = (box: SomeMailbox, unheard: number, heard: number): CloudEvent => {
  const counts = { new: unheard, saved: 0, heard, trash: 0, urgentNew: 0, urgentSaved: 0, totalMs: 0, revision: 1 };
  return { ...box.closed(), type: contractEvents.mwiUpdated.type, data: { mailboxId: box.mailboxId, counts } };
};
const mailsToAnna = () => notify.smtp.messages.filter(({ to }) => to.includes(anna));

describe('a digest', () => {
  it('holds all messages up to its time in one e-mail, in their order; each has its delivery', async () => {
    const { box } = await boxOf();
    const second = await deposit(box, { callerName: 'Second Caller', receivedAt: '2026-07-14T07:09:00.000Z' });
    const first = await deposit(box, { callerName: 'First Caller', receivedAt: '2026-07-14T07:08:00.000Z' });
    notify.startSending();
    await eventually(() => expect(notify.smtp.messages.filter(({ to }) => to.includes(ben))).toHaveLength(2));
    expect(await toAnna(first)).toMatchObject({ state: 'pending', attempts: [], nextAttemptAt: slot });
    time.set(slot);
    const done = await untilDelivered([first, second]);
    expect(mailsToAnna()).toHaveLength(1);
    const [mail] = mailsToAnna();
    const text = mail?.mail.text ?? '';
    expect(text.indexOf('First Caller')).toBeGreaterThan(-1);
    expect(text.indexOf('Second Caller')).toBeGreaterThan(text.indexOf('First Caller'));
    expect(mail?.mail.messageId).toBe(messageIdOf(digestId(done.map(({ id }) => id)), sendingConfig.MAIL_FROM));
    expect(done).toMatchObject([{ attempts: [{ n: 1, outcome: 'delivered' }] }, { attempts: [{ n: 1 }] }]);
    expect(done.map(({ attempts }) => attempts[0]?.detail).join()).not.toContain('Caller');
  });

  it('of one message is an ordinary e-mail', async () => {
    const { box } = await boxOf();
    const message = await deposit(box);
    time.set(slot);
    notify.startSending();
    const [done] = await untilDelivered([message]);
    expect(mailsToAnna()[0]?.mail.messageId).toBe(messageIdOf(done?.id ?? '', sendingConfig.MAIL_FROM));
  });

  it('has no recordings, of one message as of many, and says so of what was wanted', async () => {
    const { box } = await boxOf(hourly, { attachAudio: true });
    const message = await deposit(box, {
      content: {
        ...{ type: 'voice', mediaId: newId(), contentType: 'audio/wav', codec: 'pcm_s16le', durationMs: 5_000 },
        ...{ bytes: 80_044, sha256: 'ab'.repeat(32) },
      },
    });
    time.set(slot);
    notify.startSending();
    const [done] = await untilDelivered([message]);
    expect(mailsToAnna()[0]?.mail.attachments).toEqual([]);
    expect(done?.withoutRecording).toBe('digest');
  });

  it('is written with the names of reader and tenant, and what its mailboxes hold', async () => {
    const { box, user } = await boxOf();
    const { tenantId } = box;
    const other = someMailbox({ tenantId, to: [anna] });
    await notify.tell(other.created(), counted(box, 2, 1), counted(other, 3, 2));
    await new KnownTenants(notify.store.pool).record(tenantId, { name: 'acme', notify: initialTenantNotify }, 1);
    const actor = { kind: 'user', id: user.userId, admin: true } as const;
    const call = { tenantId, actor, correlationId: 'asked', deadline: Date.now() + 5_000 };
    const subject = '{{ recipient.name }}|{{ account.name }}|{{ tenant.name }}|{{ counts.new }}|{{ counts.saved }}';
    const content = { subject, text: null, html: null };
    await new TemplateDesk(notify.ground).set({ kind: 'digest', language: 'en', content }, call);
    const messages = [await deposit(box), await deposit(other)];
    time.set(slot);
    notify.startSending();
    await untilDelivered(messages);
    expect(mailsToAnna()[0]?.mail.subject).toBe('Anna|acme|acme|5|3');
  });

  it('does not wait for, nor hold, what is urgent', async () => {
    const { box } = await boxOf();
    const calm = await deposit(box);
    const urgent = await deposit(box, { urgent: true });
    notify.startSending();
    await untilDelivered([urgent]);
    expect(await toAnna(calm)).toMatchObject({ state: 'pending', attempts: [] });
  });

  it('leaves out what somebody took care of', async () => {
    const { box } = await boxOf();
    const [heard, first, second] = [await deposit(box), await deposit(box), await deposit(box)];
    await notify.tell(box.messageUpdated(heard, { heard: true }));
    time.set(slot);
    notify.startSending();
    await untilDelivered([first, second]);
    expect(await toAnna(heard)).toMatchObject({ state: 'cancelled' });
    expect(mailsToAnna()).toHaveLength(1);
  });

  it('whose time is in quiet hours waits for their end, with all of that time', async () => {
    const days: NonNullable<UserNotify['quietHours']>['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    const quietHours = { from: '09:30', until: '12:15', days, exceptUrgent: true };
    const { box } = await boxOf({ ...hourly, quietHours });
    const first = await deposit(box);
    time.set('2026-07-14T08:30:00.000Z');
    const second = await deposit(box);
    expect(await toAnna(second)).toMatchObject({ nextAttemptAt: '2026-07-14T10:15:00.000Z' });
    time.set('2026-07-14T10:15:00.000Z');
    notify.startSending();
    await untilDelivered([first, second]);
    expect(mailsToAnna()).toHaveLength(1);
  });

  it('goes to no address that its reader had before', async () => {
    const { box, user } = await boxOf(
      { ...hourly, email: { enabled: true, attachAudio: null, audioFormat: null, link: null } },
      { to: [], ownerUserIds: [] },
    );
    const owned = someMailbox({ tenantId: box.tenantId, to: [], ownerUserIds: [user.userId] });
    await notify.tell(owned.created());
    const first = await deposit(owned);
    await notify.tellOfPeople(user.told({ email: 'new@example.test' }));
    const second = await deposit(owned);
    time.set(slot);
    notify.startSending();
    await eventually(async () => {
      expect(await notify.deliveries(first)).toMatchObject([{ state: 'cancelled' }]);
      expect(await notify.deliveries(second)).toMatchObject([{ state: 'delivered' }]);
    });
    expect(notify.smtp.messages.map(({ to }) => to.join())).toEqual(['new@example.test']);
  });

  it('is one e-mail, however many replicas there are', async () => {
    const { box } = await boxOf();
    const messages: CloudEvent[] = [];
    for (let n = 0; n < 12; n += 1) messages.push(await deposit(box));
    time.set(slot);
    for (let n = 0; n < 3; n += 1) notify.startSending();
    await untilDelivered(messages);
    expect(mailsToAnna()).toHaveLength(1);
  });

  it('is tried again as one when the server says "not now", and is known again', async () => {
    notify.smtp.behave({ kind: 'refuse', code: 451, text: 'greylisted', at: 'recipient' }, anna);
    const { box } = await boxOf();
    const first = await deposit(box);
    const messages = [first, await deposit(box), await deposit(box)];
    time.set(slot);
    notify.startSending();
    await eventually(async () => expect((await toAnna(first)).attempts.length).toBeGreaterThan(1));
    notify.smtp.behave({ kind: 'accept' }, anna);
    const done = await untilDelivered(messages);
    expect(mailsToAnna()).toHaveLength(1);
    expect(new Set(done.map(({ attempts }) => attempts.length)).size).toBe(1);
  });

  it('fails as one when the server refuses its recipient', async () => {
    notify.smtp.behave({ kind: 'refuse', code: 550, text: 'no such user', at: 'recipient' }, anna);
    const { box } = await boxOf();
    const messages = [await deposit(box), await deposit(box)];
    time.set(slot);
    notify.startSending();
    await eventually(async () => {
      for (const message of messages) expect(await toAnna(message)).toMatchObject({ state: 'failed' });
    });
  });

  it('that a dead process was sending is sent by another one, and its attempts are told as unknown', async () => {
    notify.smtp.behave({ kind: 'hang' }, anna);
    const { box } = await boxOf();
    const messages = [await deposit(box), await deposit(box)];
    time.set(slot);
    const dead = notify.startSending({ SMTP_TIMEOUT_MS: 60_000 });
    await eventually(async () => {
      for (const message of messages) expect(await toAnna(message)).toMatchObject({ state: 'sending' });
    });
    await dead.stop(0);
    notify.smtp.behave({ kind: 'accept' }, anna);
    time.forward(3);
    notify.startSending();
    const done = await untilDelivered(messages);
    for (const { attempts } of done) expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'delivered']);
    expect(mailsToAnna()).toHaveLength(1);
  });

  it('keeps nothing of the caller of a purged message', async () => {
    const { box } = await boxOf();
    const [purged, first, second] = [
      await deposit(box, { callerName: 'Hidden Person' }),
      await deposit(box),
      await deposit(box),
    ];
    await notify.tell(box.messageDeleted(messageOf(purged), 'purged'));
    time.set(slot);
    notify.startSending();
    await untilDelivered([first, second]);
    expect(mailsToAnna()[0]?.mail.text).not.toContain('Hidden Person');
  });
});
