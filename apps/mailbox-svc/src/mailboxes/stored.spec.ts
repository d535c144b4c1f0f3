import { expect, it } from 'vitest';
import { mailboxAggregate } from './mailbox.aggregate.ts';
import { annsBox } from './mailbox.samples.ts';

const read = (type: keyof typeof mailboxAggregate.codecs, data: unknown): unknown => {
  let current = data;
  for (const upcast of mailboxAggregate.codecs[type].upcasters ?? []) current = upcast(current as never);
  return current;
};

/** As the first version stored it. */
const { defaultRole: _role, heardState: _state, ...mailbox1 } = annsBox;

it.each(['MailboxCreated', 'MailboxChanged', 'PinSet', 'PinRemoved'] as const)(
  'reads a %s of before members had rights and heard states of their own',
  (type) => {
    const data = { mailbox: mailbox1, was: { name: 'Anne' } };
    expect(read(type, data)).toEqual({ ...data, mailbox: annsBox });
    expect(mailboxAggregate.codecs[type].schemaVersion).toBe(2);
  },
);

it('keeps what an older process passed on in its own shape', () => {
  const mailbox = { ...mailbox1, defaultRole: 'reader', heardState: 'member' };
  expect(read('MailboxChanged', { mailbox, was: {} })).toEqual({ mailbox, was: {} });
});
