import { setTimeout as delay } from 'node:timers/promises';
import { readJson, writeJson } from '../data-folder/json-file.ts';
import { randomSecret } from '../nats/program.ts';
import type { Addresses } from '../supervisor/platform.ts';
import { FIRST_TENANT } from '../supervisor/services.ts';
import { Api, ApiRefused } from './api.ts';

export interface DemoUser {
  id: string;
  username: string;
  password: string;
  token: string;
}

/** Content of `demo.json`: all that is needed to try the installation. */
export interface Demo extends Addresses {
  tenantId: string;
  adminToken: string;
  users: DemoUser[];
  mailboxId: string;
}

export interface DemoOptions {
  file: string;
  addresses: Addresses;
  administratorPassword: string;
  stop: AbortSignal;
}

const PEOPLE = [
  { username: 'alice', firstName: 'Alice', lastName: 'Archer', email: 'alice@aftertone.localhost' },
  { username: 'bob', firstName: 'Bob', lastName: 'Brewer', email: 'bob@aftertone.localhost' },
] as const;
const BOX = { number: '1000', name: 'Alice', accessType: 'personal', timezone: 'Europe/Berlin' };

/**
 * Brings the demo tenant to where `demo.json` says it is, through the public API: two users, and a mailbox of the first.
 * What is there is used again; tokens that no longer work are replaced by logging in. Writes the file, for its owner only.
 */
export async function ensureDemo({ file, addresses, administratorPassword, stop }: DemoOptions): Promise<Demo> {
  const known = readJson<Demo>(file);
  const visitor = new Api(addresses.url);
  const { tenantId, token: adminToken } =
    known !== undefined && (await works(visitor.as(known.adminToken)))
      ? { tenantId: known.tenantId, token: known.adminToken }
      : await firstLogIn(visitor, administratorPassword, stop);
  const admin = visitor.as(adminToken);
  const users: DemoUser[] = [];
  for (const person of PEOPLE) {
    stop.throwIfAborted();
    const earlier = known?.users.find(({ username }) => username === person.username);
    users.push(await ensureUser(visitor, admin, person, earlier));
  }
  const [owner] = users;
  const mailboxId = await ensureMailbox(admin, owner?.id ?? '', PEOPLE[0].email);
  const demo: Demo = { ...addresses, tenantId, adminToken, users, mailboxId };
  writeJson(file, demo);
  return demo;
}

async function ensureUser(
  visitor: Api,
  admin: Api,
  person: (typeof PEOPLE)[number],
  earlier: DemoUser | undefined,
): Promise<DemoUser> {
  const { username } = person;
  const existing = await firstOf(
    admin.items<{ id: string; username: string }>('/v1/users'),
    (user) => user.username === username,
  );
  if (existing !== undefined && existing.id === earlier?.id) {
    if (await works(visitor.as(earlier.token))) return earlier;
    const again = await logIn(visitor, username, earlier.password).catch(ifRefused);
    if (again !== undefined) return { ...earlier, token: again.token };
  }
  const password = randomSecret();
  // A user whose password nobody noted gets a new one.
  const { id } =
    existing === undefined
      ? await admin.send<{ id: string }>('POST', '/v1/users', { ...person, password })
      : await admin.send<{ id: string }>('PATCH', `/v1/users/${existing.id}`, { password });
  const { token } = await logIn(visitor, username, password);
  return { id, username, password, token };
}

async function ensureMailbox(admin: Api, ownerUserId: string, email: string): Promise<string> {
  const boxes = admin.items<{ id: string; number: string }>('/v1/mailboxes');
  const existing = await firstOf(boxes, ({ number }) => number === BOX.number);
  if (existing !== undefined) return existing.id;
  const made = await admin.send<{ id: string }>('POST', '/v1/mailboxes', {
    ...BOX,
    ownerUserIds: [ownerUserId],
    notify: { email: { to: [email], attachAudio: true } },
  });
  return made.id;
}

function logIn(visitor: Api, username: string, password: string): Promise<{ token: string; tenantId: string }> {
  return visitor.send('POST', '/v1/tokens', { tenant: FIRST_TENANT.tenant, username, password });
}

/** The gateway makes the first tenant and its administrator when it starts, perhaps a moment after it serves. */
async function firstLogIn(
  visitor: Api,
  password: string,
  stop: AbortSignal,
): Promise<{ token: string; tenantId: string }> {
  // Few and ever later tries: wrong log-ins are counted against us.
  for (const pauseMs of [250, 500, 1_000, 2_000, 4_000, 8_000]) {
    const login = await logIn(visitor, FIRST_TENANT.administrator, password).catch(ifRefused);
    if (login !== undefined) return login;
    await delay(pauseMs, undefined, { signal: stop });
  }
  return logIn(visitor, FIRST_TENANT.administrator, password);
}

async function works(bearer: Api): Promise<boolean> {
  return (await bearer.send('GET', '/v1/mailboxes?limit=1').catch(ifRefused)) !== undefined;
}

/** A refusal is an answer; anything else is a fault. */
function ifRefused(error: unknown): undefined {
  if (error instanceof ApiRefused && error.status < 500) return undefined;
  throw error;
}

async function firstOf<T>(items: AsyncIterable<T>, isWanted: (item: T) => boolean): Promise<T | undefined> {
  for await (const item of items) if (isWanted(item)) return item;
  return undefined;
}
