import {
  type Actor,
  callHeaders,
  type MessageItem,
  mailboxQueries,
  rpcSubject,
  type Tenant,
  type User,
} from '@aftertone/contracts';
import { type Link, signLink } from '@aftertone/platform';
import { freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { messageExample } from '../messages/message.examples.ts';
import { type GatewayUnderTest, rootLogin, startGateway } from '../test-support/start-gateway.ts';

const [secret, cell] = ['s'.repeat(32), uniqueCell()];
const refusal = { code: 'message-not-found', kind: 'not-found', message: 'none', details: {} };
/** As the services mark a refusal on the bus. */
const refused = headers();
refused.set('Aftertone-Error', refusal.code);
const ourselves = expect.objectContaining({ kind: 'system', id: 'gateway' });
/** What mailbox-svc was asked. */
const heard: { tenantId: string; actor: Actor }[] = [];

let database: TestDatabase;
let gateway: GatewayUnderTest;
let other: Tenant;
let user: User;
let chief: User;
let message: MessageItem;

const me = async (token: string): Promise<User> => (await gateway.send<User>('GET', '/v1/users/me', { token })).body;

beforeAll(async () => {
  database = await freshDatabase();
  gateway = await startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: natsUrl(),
    AFTERTONE_CELL: cell,
    LINK_SECRET: secret,
  });
  const token = await gateway.logIn();
  const login = { ...rootLogin, username: 'chief' };
  const made = await gateway.send<Tenant>('POST', '/v1/tenants', { token, body: { name: 'other', admin: login } });
  other = made.body;
  [user, chief] = [await me(token), await me(await gateway.logIn({ tenant: 'other', ...login }))];
  message = { ...messageExample, tenantId: user.tenantId };
  // The message is there for everybody of its tenant, and for nobody else.
  gateway.parts.bus.connection().subscribe(rpcSubject(mailboxQueries.getMessage, cell), {
    callback: (_error, call) => {
      const tenantId = call.headers?.get(callHeaders.tenant) ?? '';
      heard.push({ tenantId, actor: JSON.parse(call.headers?.get(callHeaders.actor) ?? '') });
      if (tenantId === message.tenantId) call.respond(JSON.stringify(message));
      else call.respond(JSON.stringify(refusal), { headers: refused });
    },
  });
});

beforeEach(() => void heard.splice(0));

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

/** Where the link leads, or the code of the refusal. */
const clicked = async ({ tenantId, recipient }: Pick<Link, 'tenantId' | 'recipient'>): Promise<string> => {
  const token = signLink([secret], { tenantId, messageId: message.id, recipient });
  const answer = await fetch(`${gateway.url}/v1/links/${token}`, {
    headers: { accept: 'application/json' },
    redirect: 'manual',
  });
  if (answer.status === 302) return 'audio';
  expect(answer.status).toBe(404);
  return ((await answer.json()) as { code: string }).code;
};

it('a link with the tenant of its message leads a user of that tenant on', async () => {
  expect(await clicked({ tenantId: user.tenantId, recipient: { userId: user.id } })).toBe('audio');
  expect(heard).toMatchObject([{ tenantId: user.tenantId, actor: { kind: 'user', id: user.id } }]);
});

it('with another tenant in it finds no message of this one, whoever it is for', async () => {
  const recipients = [{ userId: chief.id }, { userId: user.id }, { email: 'ana@example.org' }];
  for (const recipient of recipients) {
    expect(await clicked({ tenantId: other.id, recipient })).toBe('message-not-found');
  }
  expect(new Set(heard.map(({ tenantId }) => tenantId))).toEqual(new Set([other.id]));
  expect(heard.filter(({ actor }) => actor.kind === 'user').map(({ actor }) => actor.id)).toEqual([chief.id]);
});

it('for an administrator of another tenant, it gives none of the rights that they have there', async () => {
  expect(await clicked({ tenantId: user.tenantId, recipient: { userId: chief.id } })).toBe('link-without-access');
  expect(heard).toEqual([{ tenantId: user.tenantId, actor: ourselves }]);
});
