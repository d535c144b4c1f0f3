import { expect, it } from 'vitest';
import { mailboxAggregate } from './mailbox.aggregate.ts';
import { annsBox } from './mailbox.samples.ts';

const read = (type: keyof typeof mailboxAggregate.codecs, data: unknown): unknown => {
  let current = data;
  for (const upcast of mailboxAggregate.codecs[type].upcasters ?? []) current = upcast(current as never);
  return current;
};

/** As the fourth version stored it. */
const { retention: _retention, legalHold: _hold, ...mailbox4 } = annsBox;
/** As the third version stored it. */
const { emptyMessages: _empty, ...mailbox3 } = mailbox4;
const { storage: _storage, notify: _notify, ...sharing } = mailbox3;
/** As the second version stored it. */
const mailbox2 = { ...sharing, notify: { email: { to: ['ann@example.test'], attachAudio: false } } };
/** As the first version stored it. */
const { defaultRole: _role, heardState: _state, ...mailbox1 } = mailbox2;

it.each(['MailboxCreated', 'MailboxChanged', 'PinSet', 'PinRemoved'] as const)(
  'reads a %s of before members had rights, channels, messages told to be empty, and rules of retention',
  (type) => {
    for (const mailbox of [mailbox1, mailbox2, mailbox3, mailbox4]) {
      const data = { mailbox, was: { name: 'Anne' } };
      expect(read(type, data)).toEqual({ ...data, mailbox: annsBox });
    }
    expect(mailboxAggregate.codecs[type].schemaVersion).toBe(5);
  },
);

it('reads who was told before a change as well', () => {
  const was = { notify: { email: { to: [], attachAudio: true } } };
  expect(read('MailboxChanged', { mailbox: mailbox2, was })).toEqual({
    mailbox: annsBox,
    was: { notify: { ...annsBox.notify, email: { ...annsBox.notify.email, to: [], attachAudio: true } } },
  });
});

it('keeps what an older process passed on in its own shape', () => {
  const mailbox = {
    ...mailbox1,
    defaultRole: 'reader',
    heardState: 'member',
    notify: { ...annsBox.notify, saveAfterNotify: true },
    storage: { type: 'external', email: 'ann@elsewhere.test' },
    emptyMessages: 'refuse',
    retention: { ...annsBox.retention, heardDays: 30 },
    legalHold: { reason: null, since: annsBox.createdAt, by: annsBox.ownerUserIds[0] },
  };
  expect(read('MailboxChanged', { mailbox, was: {} })).toEqual({ mailbox, was: {} });
});
