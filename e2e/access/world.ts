import { administerAccess, type Mailbox, type MessageItem, type Policy, type User } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import { Client } from '../client.ts';
import { wav } from '../wav.ts';

const password = 'correct horse battery';

/** In everything that is made here; it must never be told to whoever may not see it. */
export const mark = 'walkmark';

let made = 0;
/** A name that nothing else has. */
export const name = (): string => `${mark}-${++made}`;

const tokenOf = async (admin: Client, login: { tenant?: string; username: string }): Promise<string> => {
  const { token } = await admin.json<{ token: string }>('POST', '/v1/tokens', { ...login, password });
  return token;
};

export const newUser = (admin: Client, policyIds: readonly string[] = []): Promise<User> =>
  admin.json<User>('POST', '/v1/users', { username: name(), password, policyIds });

export const newPolicy = (admin: Client, acl: readonly string[] = []): Promise<Policy> =>
  admin.json<Policy>('POST', '/v1/policies', { name: name(), acl });

export const newMailbox = (admin: Client, settings: Record<string, unknown> = {}): Promise<Mailbox> =>
  admin.json<Mailbox>('POST', '/v1/mailboxes', {
    number: `77${++made}`,
    name: name(),
    accessType: 'group',
    ...settings,
  });

/** A message with audio in a mailbox of its own. */
export const newMessage = async (admin: Client): Promise<MessageItem> => {
  const { id } = await newMailbox(admin);
  return admin.leave(id, { metadata: { callerName: name(), callerNumber: '+4930777' }, audio: wav(1) });
};

export interface Person {
  user: User;
  client: Client;
}

/** A user who is logged in. */
export const newPerson = async (admin: Client, policyIds: readonly string[] = []): Promise<Person> => {
  const user = await newUser(admin, policyIds);
  return { user, client: new Client(admin.url, await tokenOf(admin, { username: user.username })) };
};

const foreigner = async (admin: Client): Promise<Client> => {
  const tenant = `other-${Date.now()}`;
  await admin.json('POST', '/v1/tenants', { name: tenant, admin: { username: 'chief', password } });
  const token = await eventually(() => tokenOf(admin, { tenant, username: 'chief' }));
  return new Client(admin.url, token);
};

/** A token that was good and is over. */
const expired = async (admin: Client): Promise<Client> => {
  const expiresAt = new Date(Date.now() + 1_500).toISOString();
  const { token } = await admin.json<{ token: string }>('POST', '/v1/service-tokens', {
    name: name(),
    acl: ['aftertone.#'],
    expiresAt,
  });
  const client = new Client(admin.url, token);
  await client.json('GET', '/v1/mailboxes');
  await eventually(async () => {
    const { status } = await client.send('GET', '/v1/mailboxes');
    if (status !== 401) throw new Error(`it is still answered ${status}`);
  });
  return client;
};

/** People with different accesses. */
export const makeWorld = async (admin: Client) => {
  const policy = await newPolicy(admin);
  const holder = await newPerson(admin, [policy.id]);
  return {
    admin,
    /** An administrator of another tenant. */
    foreign: await foreigner(admin),
    /** A user of the same tenant, without a share in anything here. */
    colleague: (await newPerson(admin)).client,
    expired: await expired(admin),
    /** Somebody who may do exactly what `allow` says. */
    holder: holder.client,
    holderId: holder.user.id,
    emptyPolicyId: (await newPolicy(admin)).id,
    allow: async (...acl: string[]): Promise<void> => {
      await admin.json('PATCH', `/v1/policies/${policy.id}`, { acl });
    },
  };
};

export type World = Awaited<ReturnType<typeof makeWorld>>;

/** An access of a route as a pattern: whatever its ids are. */
export const patternOf = (access: string): string => access.replaceAll(/\{\w+\}/g, '*');

/** What lets somebody through one route: its access, and every mailbox. */
export const just = (access: string): string[] => [administerAccess, patternOf(access)];
