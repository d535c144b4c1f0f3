import type { Delivery, Mailbox } from '@aftertone/contracts';
import { rolePolicies } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newMailbox, newPerson, newPolicy } from './access/world.ts';
import type { Client } from './client.ts';
import { Platform } from './platform.ts';
import { wav } from './wav.ts';

let platform: Platform;
let admin: Client;
let box: Mailbox;

beforeAll(async () => {
  platform = await Platform.start();
  admin = platform.admin;
  box = await newMailbox(admin);
  const storage = { type: 'external', email: 'archive@example.test' };
  await admin.json('PATCH', `/v1/mailboxes/${box.id}`, { storage });
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const statusOf = async (client: Client, path: string): Promise<number> => {
  const response = await client.send('GET', path);
  await response.body?.cancel();
  return response.status;
};

it('shows administrators what became of a message that is kept elsewhere, and nobody else', async () => {
  const { id } = await admin.leave(box.id, { audio: wav(1) });
  const path = `/v1/messages/${id}/deliveries`;
  await eventually(async () => {
    const { items } = await admin.json<{ items: Delivery[] }>('GET', path);
    expect(items).toMatchObject([{ channel: 'external', recipient: 'archive@example.test', state: 'delivered' }]);
  });
  expect(await statusOf(admin, `/v1/messages/${id}`)).toBe(404);
  const denies = await newPolicy(admin, ['aftertone.#', `!aftertone.mailboxes.${box.id}.#`]);
  const uses = await newPolicy(admin, [...rolePolicies.user]);
  for (const policy of [denies, uses]) {
    const { user, client } = await newPerson(admin, [policy.id]);
    await admin.json('PUT', `/v1/mailboxes/${box.id}/members/${user.id}`, { role: 'agent' });
    expect(await statusOf(client, path)).toBe(404);
  }
});
