import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mailbox, MessageItem } from '@aftertone/contracts';
import { type Link, linkUrl, signLink } from '@aftertone/platform';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { name, newMailbox, newPerson, newPolicy } from './access/world.ts';
import { Client } from './client.ts';
import { Platform } from './platform.ts';
import { wav } from './wav.ts';

let platform: Platform;
let admin: Client;
let secret: string;
let tenantId: string;

beforeAll(async () => {
  platform = await Platform.start();
  ({ admin } = platform);
  ({ tenantId } = platform.demo);
  secret = (JSON.parse(readFileSync(join(platform.dataDir, 'secrets.json'), 'utf8')) as { link: string }).link;
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const audio = wav(1);
const gone = 'The message is not there any more';
const notYours = 'You cannot hear this message any more';

/** The address that an e-mail about the message would hold. */
const linkTo = (message: MessageItem, recipient: Link['recipient'], more: Partial<Link> = {}): string =>
  linkUrl(platform.url, signLink([secret], { tenantId, messageId: message.id, recipient, ...more }));

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

/** A mailbox with a message and somebody who may hear it. */
const sharedMessage = async (settings: Record<string, unknown> = {}) => {
  const mailbox = await newMailbox(admin, settings);
  const { user } = await newPerson(admin);
  const member = `/v1/mailboxes/${mailbox.id}/members/${user.id}`;
  await admin.json('PUT', member, { role: 'reader' });
  const message = await admin.leave(mailbox.id, { audio });
  return { mailbox, user, member, message, link: linkTo(message, { userId: user.id }) };
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

  it('of a message without a recording says so', async () => {
    const { mailbox, user } = await sharedMessage();
    const silent = await admin.leave(mailbox.id, {});
    await expectPage(linkTo(silent, { userId: user.id }), 'The message has no recording');
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

  it('of another tenant leads to nothing here', async () => {
    const { message, user } = await sharedMessage();
    const [tenant, login] = [`other-${Date.now()}`, { username: 'chief', password: 'correct horse battery' }];
    const other = await admin.json<{ id: string }>('POST', '/v1/tenants', { name: tenant, admin: login });
    const token = await eventually(() => admin.json<{ token: string }>('POST', '/v1/tokens', { tenant, ...login }));
    const chief = await new Client(platform.url, token.token).json<{ id: string }>('GET', '/v1/users/me');
    await expectPage(linkTo(message, { userId: chief.id }, { tenantId: other.id }), gone);
    await expectPage(linkTo(message, { userId: user.id }, { tenantId: other.id }), gone);
    await expectPage(linkTo(message, { userId: chief.id }), notYours);
  });
});

describe('a link for an address', () => {
  const to = (...addresses: string[]) => ({ notify: { email: { to: addresses } } });
  const address = (): string => `${name()}@example.org`;

  it('leads on while the mailbox of the message names it', async () => {
    const ana = address();
    const { mailbox, message } = await sharedMessage(to(address(), ana));
    const link = linkTo(message, { email: ana });
    const path = `/v1/mailboxes/${mailbox.id}`;
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

  it('leads on for whom the escalation tells, as the mailbox or else the tenant has it', async () => {
    const [own, general] = [address(), address()];
    const escalation = (email: string) => ({
      notify: { escalation: { steps: [{ afterSeconds: 604_800, email: [email] }] } },
    });
    const { mailbox, message } = await sharedMessage(escalation(own));
    const [ownLink, generalLink] = [linkTo(message, { email: own }), linkTo(message, { email: general })];
    await admin.json('PATCH', `/v1/tenants/${tenantId}`, escalation(general));
    await expectAudio(ownLink);
    await expectPage(generalLink, notYours);
    await admin.json('PATCH', `/v1/mailboxes/${mailbox.id}`, { notify: { escalation: null } });
    await expectPage(ownLink, notYours);
    await expectAudio(generalLink);
  });
});
