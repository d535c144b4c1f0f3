import { contractEvents, initialUserNotify } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KnownUsers } from '../known/known-users.ts';
import { type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';

let notify: Notify;

beforeAll(async () => {
  notify = await startNotify();
  notify.startSending();
});
afterAll(() => notify.close());

const refusal = (box: SomeMailbox) => {
  const { mailboxId } = box;
  const data = { mailboxId, reason: 'mailbox-full', limit: 'maxMessages' };
  return { ...box.closed(), type: contractEvents.messageRefused.type, data };
};
const mailsTo = (recipient: string) => notify.smtp.messages.filter(({ to }) => to.includes(recipient));

it('tells the people of a full mailbox once a day, its owners whatever they have set', async () => {
  const owner = newId();
  const box = someMailbox({ to: ['desk@example.test'], ownerUserIds: [owner] });
  const off = { ...initialUserNotify, email: { ...initialUserNotify.email, enabled: false } };
  const user = { id: owner, name: 'O', email: 'owner@example.test', language: 'fr', timezone: null, notify: off };
  await new KnownUsers(notify.store.pool).record(box.tenantId, user, 1);
  const first = refusal(box);
  await notify.tell(box.created(), first, first, refusal(box));
  await eventually(() => {
    expect(mailsTo('desk@example.test')).toHaveLength(1);
    expect(mailsTo('owner@example.test')).toHaveLength(1);
  });
  expect(mailsTo('desk@example.test')[0]?.mail.subject).toContain('Reception');
  const { rows } = await notify.store.pool.query('SELECT purpose FROM delivery WHERE tenant_id = $1', [box.tenantId]);
  expect(rows).toEqual([{ purpose: 'notice' }, { purpose: 'notice' }]);
});
