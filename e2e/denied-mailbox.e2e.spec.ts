import { type Mailbox, type MessageItem, rolePolicies } from '@aftertone/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { name, newMailbox, newPerson, newPolicy } from './access/world.ts';
import { Client } from './client.ts';
import { Platform } from './platform.ts';
import { wav } from './wav.ts';

let platform: Platform;
let admin: Client;
let denied: Mailbox;
let open: Mailbox;
let hidden: MessageItem;
let seen: MessageItem;

beforeAll(async () => {
  platform = await Platform.start();
  admin = platform.admin;
  [denied, open] = [await newMailbox(admin), await newMailbox(admin)];
  [hidden, seen] = [await admin.leave(denied.id, { audio: wav(1) }), await admin.leave(open.id, { audio: wav(1) })];
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const denial = (): string => `!aftertone.mailboxes.${denied.id}.#`;

const member = async (): Promise<Client> => {
  const policy = await newPolicy(admin, [...rolePolicies.user, denial()]);
  const { user, client } = await newPerson(admin, [policy.id]);
  for (const { id } of [denied, open]) {
    await admin.json('PUT', `/v1/mailboxes/${id}/members/${user.id}`, { role: 'agent' });
  }
  return client;
};

const administrator = async (): Promise<Client> => {
  const policy = await newPolicy(admin, ['aftertone.#', denial()]);
  return (await newPerson(admin, [policy.id])).client;
};

const software = async (): Promise<Client> => {
  const body = { name: name(), acl: ['aftertone.#', denial()] };
  return new Client(admin.url, (await admin.json<{ token: string }>('POST', '/v1/service-tokens', body)).token);
};

it.each([
  ['a member', member],
  ['an administrator', administrator],
  ['other software', software],
])('a mailbox that is denied to %s is not there in any way, and all others are', async (_who, make) => {
  const client = await make();
  const ids = async (path: string) =>
    (await client.json<{ items: { id: string }[] }>('GET', path)).items.map(({ id }) => id);
  const [boxes, messages] = [await ids('/v1/mailboxes'), await ids('/v1/messages')];
  expect([boxes.includes(denied.id), boxes.includes(open.id)]).toEqual([false, true]);
  expect([messages.includes(hidden.id), messages.includes(seen.id)]).toEqual([false, true]);
  const statusOf = async (method: string, path: string, body?: unknown): Promise<number> => {
    const response = await client.send(method, path, body);
    await response.body?.cancel();
    return response.status;
  };
  for (const [id, status] of [
    [denied.id, 404],
    [open.id, 200],
  ] as const) {
    expect(await statusOf('GET', `/v1/mailboxes/${id}`)).toBe(status);
    expect(await statusOf('GET', `/v1/mailboxes/${id}/messages`)).toBe(status);
  }
  for (const [id, status] of [
    [hidden.id, 404],
    [seen.id, 200],
  ] as const) {
    for (const part of ['', '/audio', '/history', '/deliveries']) {
      expect(await statusOf('GET', `/v1/messages/${id}${part}`)).toBe(status);
    }
    expect(await statusOf('PATCH', `/v1/messages/${id}`, { urgent: true })).toBe(status);
  }
  for (const [method, path] of [
    ['POST', '/move'],
    ['POST', '/copy'],
    ['DELETE', ''],
    ['DELETE', '?purge=true'],
  ] as const) {
    const body = method === 'POST' ? { mailboxId: open.id } : undefined;
    expect(await statusOf(method, `/v1/messages/${hidden.id}${path}`, body)).toBe(404);
  }
  expect(await statusOf('POST', `/v1/messages/${seen.id}/copy`, { mailboxId: denied.id })).toBe(404);
});
