import { contractEvents, initialUserNotify } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KnownTenants } from '../known/known-tenants.ts';
import { KnownUsers } from '../known/known-users.ts';
import { TemplateDesk } from '../templates/template-desk.ts';
import { type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';

let notify: Notify;

beforeAll(async () => {
  notify = await startNotify();
  notify.startSending();
});
afterAll(() => notify.close());

const at = (clock: string): string => `2026-07-14T${clock}:00.000Z`;
const refusal = (box: SomeMailbox, clock = '08:00', limit = 'maxMessages') => {
  const { mailboxId } = box;
  const data = { mailboxId, reason: 'mailbox-full', limit };
  return { ...box.closed(), time: at(clock), type: contractEvents.messageRefused.type, data };
};
let revision = 0;
const counted = (box: SomeMailbox, heard: number, clock: string) => {
  revision += 1;
  const counts = { new: 1, saved: 0, heard, trash: 0, urgentNew: 0, urgentSaved: 0, totalMs: 61_000, revision };
  const data = { mailboxId: box.mailboxId, counts };
  return { ...box.closed(), time: at(clock), type: contractEvents.mwiUpdated.type, data };
};
const mailsTo = (recipient: string) => notify.smtp.messages.filter(({ to }) => to.includes(recipient));
const mailTo = (recipient: string) =>
  eventually(() => {
    const [found] = mailsTo(recipient);
    if (found === undefined) throw new Error(`no mail to ${recipient}`);
    return found.mail;
  });
const person = (tenantId: string, email: string, language = 'fr', id = newId()) =>
  new KnownUsers(notify.store.pool).record(
    tenantId,
    {
      ...{ id, name: 'Odile Owner', email, language, timezone: null },
      notify: { ...initialUserNotify, email: { ...initialUserNotify.email, enabled: false } },
    },
    1,
  );
const planned = async ({ tenantId }: SomeMailbox) => {
  const { rowCount } = await notify.store.pool.query('SELECT FROM delivery WHERE tenant_id = $1', [tenantId]);
  return rowCount;
};

describe('a full mailbox', () => {
  it('is told of once a day, to its owners whatever they have set', async () => {
    const owner = newId();
    const box = someMailbox({ to: ['desk@example.test'], ownerUserIds: [owner] });
    await person(box.tenantId, 'owner@example.test', 'fr', owner);
    const first = refusal(box);
    await notify.tell(box.created(), first, first, refusal(box, '09:00'));
    expect((await mailTo('desk@example.test')).subject).toContain('Reception');
    await mailTo('owner@example.test');
    const { rows } = await notify.store.pool.query('SELECT purpose FROM delivery WHERE tenant_id = $1', [box.tenantId]);
    expect(rows).toEqual([{ purpose: 'notice' }, { purpose: 'notice' }]);
  });

  it('is told of again when it had room meanwhile', async () => {
    const box = someMailbox({ to: ['again@example.test'] });
    await notify.tell(box.created(), counted(box, 4, '07:00'), refusal(box, '08:00'));
    await notify.tell(counted(box, 5, '08:10'), refusal(box, '08:20'));
    expect(await planned(box)).toBe(1);
    const emptied = counted(box, 0, '08:30');
    const full = refusal(box, '09:00');
    await notify.tell(emptied, counted(box, 4, '08:40'), full, emptied, full, refusal(box, '09:10'));
    expect(await planned(box)).toBe(2);
  });

  it('says that its messages are too long together, where that is so', async () => {
    const box = someMailbox({ to: ['long@example.test'] });
    const created = box.created();
    const quota = { maxMessages: 100, maxTotalSeconds: 60, maxMessageSeconds: 60 };
    const data = { ...created.data, mailbox: { ...Object(created.data.mailbox), quota } };
    await notify.tell({ ...created, data }, counted(box, 0, '07:00'), refusal(box, '08:00', 'maxTotalSeconds'));
    const { text } = await mailTo('long@example.test');
    expect(text).toContain('as long together as it may hold (1:00)');
    expect(text).not.toContain('It holds');
  });

  it('is told of in the language of a user whose address it names, with the names and counts of templates', async () => {
    const box = someMailbox({ to: ['named@example.test'] });
    await person(box.tenantId, 'named@example.test', 'de');
    await new KnownTenants(notify.store.pool).record(
      box.tenantId,
      { name: 'acme', notify: (await new KnownTenants(notify.store.pool).find(newId())).notify },
      1,
    );
    const subject = '{{ recipient.name }}|{{ user.first_name }}|{{ tenant.name }}|{{ counts.new }}|{{ counts.saved }}';
    const content = { subject: `${subject}|{{ quota.limit }}|{{ quota.seconds }}`, text: null, html: null };
    const actor = { kind: 'user', id: newId(), admin: true } as const;
    const call = { tenantId: box.tenantId, actor, correlationId: 'asked', deadline: Date.now() + 5_000 };
    await new TemplateDesk(notify.ground).set({ kind: 'mailbox-full', language: 'de', content }, call);
    await notify.tell(box.created(), counted(box, 4, '07:00'), refusal(box));
    const mail = await mailTo('named@example.test');
    expect(mail.subject).toBe('Odile Owner|Odile|acme|1|4|messages|61');
    expect(mail.text).toContain('ist voll');
  });
});
