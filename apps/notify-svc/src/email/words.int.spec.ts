import { type CallContext, initialTenantNotify, initialUserNotify, type Message } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { readLink } from '@aftertone/platform';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KnownTenants } from '../known/known-tenants.ts';
import { KnownUsers } from '../known/known-users.ts';
import { TemplateDesk } from '../templates/template-desk.ts';
import { messageOf, type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, sendingConfig, startNotify } from '../test-support/notify.ts';

let notify: Notify;

beforeAll(async () => {
  notify = await startNotify();
  notify.startSending();
});
afterAll(() => notify.close());

const mailTo = (recipient: string) =>
  eventually(() => {
    const found = notify.smtp.messages.find(({ to }) => to.includes(recipient));
    if (found === undefined) throw new Error(`no mail to ${recipient}`);
    return found.mail;
  });
const voice = {
  ...{ type: 'voice' as const, mediaId: newId(), contentType: 'audio/wav' as const, codec: 'pcm_mulaw' },
  ...{ durationMs: 12_340, bytes: 98_764, sha256: 'ab'.repeat(32) },
};
const deposit = async (box: SomeMailbox, content: Message['content'] = voice) => {
  const message = box.messageCreated({ content });
  await notify.tell(box.created(), message);
  return message;
};
const linkIn = (text: string | undefined) => {
  const [, token = ''] = /https:\/\/voicemail\.example\.test\/v1\/links\/(\S+)/.exec(text ?? '') ?? [];
  return readLink([sendingConfig.LINK_SECRET], token);
};

it('leads to the recording by a link of its recipient, where one is wanted', async () => {
  const to = 'linked@example.test';
  const email = { to: [to], attachAudio: false, enabled: null, audioFormat: null, link: true, owners: null };
  const box = someMailbox({ to: [to], notify: { email, mwi: { enabled: false } } });
  const message = await deposit(box);
  const { text, html } = await mailTo(to);
  const link = { tenantId: box.tenantId, messageId: messageOf(message), recipient: { email: to } };
  expect(linkIn(text)).toEqual(link);
  expect(html).toContain('https://voicemail.example.test/v1/links/');
  const silent = { ...email, to: ['silent@example.test'] };
  await deposit(someMailbox({ to: [], notify: { email: silent, mwi: { enabled: false } } }), { type: 'none' });
  expect((await mailTo('silent@example.test')).text).not.toContain('/links/');
  const plain = someMailbox({ to: ['unlinked@example.test'] });
  await deposit(plain);
  expect((await mailTo('unlinked@example.test')).text).not.toContain('/links/');
});

it('leads whom the mailbox names by the address, also where it is a user without rights', async () => {
  const to = 'user@example.test';
  const email = { to: [to], attachAudio: false, enabled: null, audioFormat: null, link: true, owners: null };
  const box = someMailbox({ to: [], notify: { email, mwi: { enabled: false } } });
  const user = {
    id: newId(),
    name: 'Ulla',
    email: to,
    language: 'de',
    timezone: 'Asia/Tokyo',
    notify: initialUserNotify,
  };
  await new KnownUsers(notify.store.pool).record(box.tenantId, user, 1);
  await deposit(box);
  const { text, subject } = await mailTo(to);
  expect(linkIn(text)?.recipient).toEqual({ email: to });
  expect(subject).toContain('Neue Sprachnachricht');
});

it('is written by the template of its tenant', async () => {
  const box = someMailbox({ to: ['own@example.test'] });
  const { tenantId } = box;
  const call: CallContext = {
    tenantId,
    actor: { kind: 'user', id: newId(), admin: true },
    correlationId: 'asked',
    deadline: Date.now() + 5_000,
  };
  const subject = '{{ tenant.name }}: $'.concat('{VM_MAILBOX}');
  const content = { subject, text: 'Call {{ caller.number }}', html: null };
  await new TemplateDesk(notify.ground).set({ kind: 'email', language: 'en', content }, call);
  await new KnownTenants(notify.store.pool).record(tenantId, { name: 'acme', notify: initialTenantNotify }, 1);
  await deposit(box);
  const mail = await mailTo('own@example.test');
  expect(mail.subject).toBe('acme: 100');
  expect(mail.text?.trim()).toMatch(/^Call \+?\d+$/);
});

it('is short and has no recording where the mailbox names it for texts', async () => {
  const to = 'pager@example.test';
  const box = someMailbox({ to: [], notify: { text: { to: [to] }, mwi: { enabled: false } } });
  await deposit(box);
  const mail = await mailTo(to);
  expect(mail.attachments).toEqual([]);
  expect(mail.html).toBeUndefined();
  expect(mail.text?.length).toBeLessThan(200);
});
