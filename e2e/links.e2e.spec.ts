import type { Mailbox, NotificationPreview } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { name, newMailbox, newPerson, newPolicy } from './access/world.ts';
import type { Client } from './client.ts';
import { Platform } from './platform.ts';
import { wav } from './wav.ts';

let platform: Platform;
let admin: Client;

beforeAll(async () => {
  platform = await Platform.start();
  ({ admin } = platform);
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const audio = wav(1);
const gone = 'The message is not there any more';
const notYours = 'You cannot hear this message any more';

const address = (): string => `${name()}@example.org`;

/** From the e-mail that came to the address, of which there is one. */
const linkSentTo = (recipient: string): Promise<string> =>
  eventually(async () => {
    const sent = (await platform.mails()).filter(({ to }) => [to].flat().includes(recipient));
    const links = sent.flatMap(({ text }) => text.match(/http:\/\/\S+\/v1\/links\/[\w-]+/g) ?? []);
    expect(links).toHaveLength(1);
    return links[0] ?? '';
  });

/** Until what was set has reached whoever sends e-mails. */
const untilTold = ({ id }: Mailbox, recipient: string): Promise<void> =>
  eventually(async () => {
    const path = `/v1/mailboxes/${id}/notifications/preview`;
    const { planned } = await admin.json<NotificationPreview>('POST', path, {});
    expect(planned).toContainEqual(expect.objectContaining({ channel: 'email', recipient }));
  });

/** As a browser does it: without a token, and on to where it leads. */
const click = (url: string, options: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...options, headers: { accept: 'text/html,*/*;q=0.8', ...options.headers } });

const expectAudio = async (url: string): Promise<void> => {
  const response = await click(url);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/wav']);
  expect(Buffer.compare(new Uint8Array(await response.arrayBuffer()), audio)).toBe(0);
};

const expectPage = async (url: string, title: string): Promise<void> => {
  const response = await click(url);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain(title);
};

/** A mailbox with a message, of which somebody who may hear it was sent a link. */
const sharedMessage = async () => {
  const mailbox = await newMailbox(admin);
  const [{ user }, email] = [await newPerson(admin), address()];
  const member = `/v1/mailboxes/${mailbox.id}/members/${user.id}`;
  await admin.json('PUT', member, { role: 'reader' });
  await admin.json('PATCH', `/v1/users/${user.id}`, { email, notify: { email: { enabled: true, link: true } } });
  await untilTold(mailbox, email);
  const message = await admin.leave(mailbox.id, { audio });
  return { mailbox, user, member, message, link: await linkSentTo(email) };
};

describe('a link', () => {
  it('leads whoever clicks it to the recording', async () => {
    const { link } = await sharedMessage();
    const led = await click(link, { redirect: 'manual' });
    expect(led.status).toBe(302);
    const { headers } = await click(new URL(led.headers.get('location') ?? '', link).href);
    expect(headers.get('content-disposition')).toMatch(/^inline; filename="message-.*\.wav"$/);
    for (const answer of [led.headers, headers]) {
      expect(answer.get('cache-control')).toBe('private, no-store');
      expect(answer.get('referrer-policy')).toBe('no-referrer');
      expect(answer.get('x-robots-tag')).toBe('noindex');
    }
    await expectAudio(link);
  });

  it('gives what its browser plays, under a name that says what it is', async () => {
    const { link } = await sharedMessage();
    const { headers } = await click(link, { headers: { accept: 'audio/mpeg' } });
    expect(headers.get('content-type')).toBe('audio/mpeg');
    expect(headers.get('content-disposition')).toMatch(/^inline; filename="message-.*\.mp3"$/);
  });

  it('gives parts of it, as players ask for them', async () => {
    const { link } = await sharedMessage();
    const part = await click(link, { headers: { range: 'bytes=44-53' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 44-53/${audio.length}`]);
    expect(Buffer.compare(new Uint8Array(await part.arrayBuffer()), audio.slice(44, 54))).toBe(0);
    expect((await click(link, { headers: { range: 'bytes=9999999-' } })).status).toBe(416);
    const head = await click(link, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(audio.length)]);
  });

  it('changes nothing when somebody looks at where it leads', async () => {
    const { message, mailbox, link } = await sharedMessage();
    const counts = await admin.json('GET', `/v1/mailboxes/${mailbox.id}/counts`);
    for (const method of ['HEAD', 'GET', 'GET']) await (await click(link, { method })).arrayBuffer();
    expect(await admin.json('GET', `/v1/messages/${message.id}`)).toEqual(message);
    expect(await admin.json('GET', `/v1/mailboxes/${mailbox.id}/counts`)).toEqual(counts);
  });

  it('is none when it was changed on its way', async () => {
    const { link } = await sharedMessage();
    await expectPage(link.slice(0, -3), 'This link is damaged');
  });

  it('tells a program why it leads nowhere', async () => {
    const { link, member } = await sharedMessage();
    await admin.json('DELETE', member);
    const answer = await fetch(link, { headers: { accept: 'application/json' } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toMatchObject({ status: 404, code: 'link-without-access' });
  });

  it('is in no e-mail about a message without a recording', async () => {
    const email = address();
    const mailbox = await newMailbox(admin, { notify: { email: { to: [email], link: true } } });
    await untilTold(mailbox, email);
    await admin.leave(mailbox.id, {});
    await eventually(async () => {
      const sent = (await platform.mails()).filter(({ to }) => [to].flat().includes(email));
      expect(sent.map(({ text }) => text.includes('/v1/links/'))).toEqual([false]);
    });
  });
});

describe('a link for a user', () => {
  it('leads where the user may go at that moment', async () => {
    const { mailbox, user, member, message, link } = await sharedMessage();
    const elsewhere = await newMailbox(admin);
    const move = (to: Mailbox) => admin.json('POST', `/v1/messages/${message.id}/move`, { mailboxId: to.id });
    await expectAudio(link);
    await admin.json('DELETE', member);
    await expectPage(link, notYours);
    await admin.json('PUT', member, { role: 'reader' });
    await expectAudio(link);
    await move(elsewhere);
    await expectPage(link, notYours);
    await admin.json('PUT', `/v1/mailboxes/${elsewhere.id}/members/${user.id}`, { role: 'reader' });
    await expectAudio(link);
    await move(mailbox);
    await expectAudio(link);
  });

  it('ends in the middle of hearing when the rights end', async () => {
    const { member, link } = await sharedMessage();
    const led = await click(link, { redirect: 'manual' });
    const recording = new URL(led.headers.get('location') ?? '', link).href;
    await expectAudio(recording);
    await admin.json('DELETE', member);
    await expectPage(recording, notYours);
  });

  it('asks for what the policies of the user allow', async () => {
    const { user, mailbox, link } = await sharedMessage();
    const setAcl = async (...acl: string[]) =>
      admin.json('PATCH', `/v1/users/${user.id}`, { policyIds: [(await newPolicy(admin, acl)).id] });
    await setAcl('aftertone.messages.*.read');
    await expectPage(link, notYours);
    await setAcl('aftertone.messages.*.audio.read');
    await expectAudio(link);
    await setAcl('aftertone.messages.*.audio.read', `!aftertone.mailboxes.${mailbox.id}.#`);
    await expectPage(link, notYours);
    await admin.json('DELETE', `/v1/users/${user.id}`);
    await expectPage(link, notYours);
  });

  it('goes with the message, and comes back with it', async () => {
    const { message, link } = await sharedMessage();
    await admin.json('PATCH', `/v1/messages/${message.id}`, { folder: 'trash' });
    await expectAudio(link);
    await admin.json('DELETE', `/v1/messages/${message.id}`);
    await expectPage(link, gone);
    await admin.json('POST', `/v1/messages/${message.id}/restore`);
    await expectAudio(link);
    await admin.json('POST', '/v1/messages/batch', { ids: [message.id], run: { action: 'purge' } });
    await expectPage(link, gone);
  });
});

describe('a link for an address', () => {
  const to = (...addresses: string[]) => ({ notify: { email: { to: addresses, link: true } } });

  /** A message of a mailbox that sends links to these addresses. */
  const sentMessage = async (...addresses: string[]) => {
    const mailbox = await newMailbox(admin, to(...addresses));
    for (const one of addresses) await untilTold(mailbox, one);
    const message = await admin.leave(mailbox.id, { audio });
    return { path: `/v1/mailboxes/${mailbox.id}`, message };
  };

  it('leads on while the mailbox of the message names it', async () => {
    const ana = address();
    const { path, message } = await sentMessage(address(), ana);
    const link = await linkSentTo(ana);
    await expectAudio(link);
    await admin.json('PATCH', path, to(address()));
    await expectPage(link, notYours);
    await admin.json('PATCH', path, to(ana.toUpperCase()));
    await expectAudio(link);
    const elsewhere = await newMailbox(admin, to(address()));
    await admin.json('POST', `/v1/messages/${message.id}/move`, { mailboxId: elsewhere.id });
    await expectPage(link, notYours);
    await admin.json('PATCH', `/v1/mailboxes/${elsewhere.id}`, to(ana));
    await expectAudio(link);
    await admin.json('DELETE', `/v1/messages/${message.id}`);
    await expectPage(link, gone);
  });

  it('leads on for an address that is a user’s, whatever the user may hear, while it is named', async () => {
    const [{ user }, carl] = [await newPerson(admin), address()];
    await admin.json('PATCH', `/v1/users/${user.id}`, { email: carl });
    const { path } = await sentMessage(carl);
    const link = await linkSentTo(carl);
    await expectAudio(link);
    await admin.json('PATCH', path, to(address()));
    await expectPage(link, notYours);
  });

  it('comes with the step of an escalation that names it, also where it is a user’s', async () => {
    const [{ user }, carl] = [await newPerson(admin), address()];
    await admin.json('PATCH', `/v1/users/${user.id}`, { email: carl });
    const escalation = { steps: [{ afterSeconds: 1, email: [carl] }] };
    const mailbox = await newMailbox(admin, { notify: { email: { link: true }, escalation } });
    await eventually(async () => {
      const path = `/v1/mailboxes/${mailbox.id}/notifications/preview`;
      const { escalation: steps } = await admin.json<NotificationPreview>('POST', path, {});
      expect(steps).toHaveLength(1);
    });
    await admin.leave(mailbox.id, { audio });
    await expectAudio(await linkSentTo(carl));
  });

  it('leads on for whom the escalation tells, as the mailbox or else the tenant has it', async () => {
    const [own, general] = [address(), address()];
    const escalation = (email: string) => ({ escalation: { steps: [{ afterSeconds: 604_800, email: [email] }] } });
    const { path } = await sentMessage(own, general);
    const [ownLink, generalLink] = [await linkSentTo(own), await linkSentTo(general)];
    await admin.json('PATCH', path, { notify: { ...to().notify, ...escalation(own) } });
    await admin.json('PATCH', `/v1/tenants/${platform.demo.tenantId}`, { notify: escalation(general) });
    await expectAudio(ownLink);
    await expectPage(generalLink, notYours);
    await admin.json('PATCH', path, { notify: { escalation: null } });
    await expectPage(ownLink, notYours);
    await expectAudio(generalLink);
  });
});
