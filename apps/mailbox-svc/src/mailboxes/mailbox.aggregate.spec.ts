import { expect, it } from 'vitest';
import { mailboxAggregate } from './mailbox.aggregate.ts';
import { annsBox } from './mailbox.samples.ts';

it('reads events of before there were roles and own heard states with what held then', () => {
  const { defaultRole: _role, heardState: _state, ...mailbox1 } = annsBox;
  for (const type of ['MailboxCreated', 'MailboxChanged', 'PinSet', 'PinRemoved'] as const) {
    let data: unknown = { mailbox: mailbox1 };
    for (const upcast of mailboxAggregate.codecs[type].upcasters ?? []) data = upcast(data as never);
    expect(data).toEqual({ mailbox: { ...annsBox, defaultRole: 'agent', heardState: 'shared' } });
  }
});
