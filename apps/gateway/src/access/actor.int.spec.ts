import { callHeaders, mailboxQueries, type Policy, rpcSubject, type Tenant, type User } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, startGateway } from '../test-support/start-gateway.ts';

let database: TestDatabase;
let gateway: GatewayUnderTest;
let admin: string;

const cell = uniqueCell();
const password = 'a password long enough';
const heard: { tenant: string | undefined; actor: unknown }[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  gateway = await startGateway({ DATABASE_URL_GATEWAY: database.url, NATS_URL: natsUrl(), AFTERTONE_CELL: cell });
  admin = await gateway.logIn();
  // What mailbox-svc would hear.
  gateway.parts.bus.connection().subscribe(rpcSubject(mailboxQueries.listMailboxes, cell), {
    callback: (_error, message) => {
      const { headers } = message;
      heard.push({
        tenant: headers?.get(callHeaders.tenant),
        actor: JSON.parse(headers?.get(callHeaders.actor) ?? ''),
      });
      message.respond(JSON.stringify({ items: [], next: null }));
    },
  });
});

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

const post = async <Body>(path: string, body: unknown): Promise<Body> => {
  const answer = await gateway.send<Body>('POST', path, { token: admin, body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};

const actorOf = async (token: string, headers: Record<string, string> = {}) => {
  heard.length = 0;
  expect(await gateway.send('GET', '/v1/mailboxes', { token, headers })).toMatchObject({ status: 200 });
  return heard[0];
};

describe('the services hear', () => {
  it('which user it is, and the mailboxes that the policies name', async () => {
    const box = newId();
    const acl = ['aftertone.mailboxes.read', `aftertone.mailboxes.${box}.messages.read`];
    const policy = await post<Policy>('/v1/policies', { name: 'listener', acl });
    const login = { username: 'listener', password };
    const user = await post<User>('/v1/users', { ...login, policyIds: [policy.id] });
    expect(await actorOf(await gateway.logIn(login))).toEqual({
      tenant: user.tenantId,
      actor: { kind: 'user', id: user.id, admin: false, grants: { [box]: ['listen'] } },
    });
  });

  it('nothing of mailboxes from the built-in policy', async () => {
    const login = { username: 'plain', password };
    const user = await post<User>('/v1/users', login);
    expect((await actorOf(await gateway.logIn(login)))?.actor).toEqual({ kind: 'user', id: user.id, admin: false });
  });

  it('what other software may do in every mailbox', async () => {
    const acl = ['aftertone.mailboxes.read', 'aftertone.mailboxes.*.messages.create'];
    const made = await post<{ id: string; token: string }>('/v1/service-tokens', { name: 'PBX', acl });
    expect((await actorOf(made.token))?.actor).toEqual({
      kind: 'service',
      id: made.id,
      admin: false,
      grants: { '*': ['deposit'] },
    });
  });

  it('what denials leave, from users, administrators and other software alike', async () => {
    const box = newId();
    const acl = ['aftertone.#', `!aftertone.mailboxes.${box}.#`];
    const policy = await post<Policy>('/v1/policies', { name: 'nearly', acl });
    const login = { username: 'nearly', password };
    await post<User>('/v1/users', { ...login, policyIds: [policy.id] });
    const limited = { admin: true, limits: { [box]: [] } };
    expect((await actorOf(await gateway.logIn(login)))?.actor).toMatchObject({ kind: 'user', ...limited });
    const { token } = await post<{ token: string }>('/v1/service-tokens', { name: 'nearly', acl });
    expect((await actorOf(token))?.actor).toMatchObject({ kind: 'service', ...limited });
  });

  it('the tenant in which an administrator acts', async () => {
    const below = await post<Tenant>('/v1/tenants', { name: 'below', admin: { username: 'chief', password } });
    const { body: me } = await gateway.send<User>('GET', '/v1/users/me', { token: admin });
    expect(await actorOf(admin, { 'x-tenant': 'below' })).toEqual({
      tenant: below.id,
      actor: { kind: 'user', id: me.id, admin: true },
    });
  });
});
