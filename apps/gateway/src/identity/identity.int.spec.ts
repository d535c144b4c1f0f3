import type { Tenant, User } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually, freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, rootLogin, startGateway } from '../test-support/start-gateway.ts';
import { Passwords } from './passwords.ts';
import { registryTenantId, tenantAggregate } from './tenants/tenant.aggregate.ts';
import { credentialRow } from './users/credential-row.ts';

let database: TestDatabase;
let gateway: GatewayUnderTest;
let admin: string;

const password = 'a password long enough';

const newTenant = async (name: string): Promise<{ tenant: Tenant; token: string }> => {
  const body = { name, admin: { username: 'chief', password } };
  const answer = await gateway.send<Tenant>('POST', '/v1/tenants', { token: admin, body });
  expect(answer.status).toBe(201);
  return { tenant: answer.body, token: await gateway.logIn({ tenant: name, username: 'chief', password }) };
};

const newUser = async (token: string, username: string, more: object = {}): Promise<User> => {
  const body = { username, password, ...more };
  const answer = await gateway.send<User>('POST', '/v1/users', { token, body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};

beforeAll(async () => {
  database = await freshDatabase();
  gateway = await startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: natsUrl(),
    AFTERTONE_CELL: uniqueCell(),
    LOGIN_TRIES_PER_ADDRESS: '100000',
    LOGIN_TRIES_PER_USER: '1000',
  });
  admin = await gateway.logIn();
});

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

describe('logging in', () => {
  it('gives a token with tenant, user, ACL and end', async () => {
    const { status, body } = await gateway.send<Record<string, string>>('POST', '/v1/tokens', { body: rootLogin });
    expect(status).toBe(201);
    expect(body).toMatchObject({ acl: ['aftertone.#', 'events.#'] });
    expect(body.token).toMatch(/^at_[A-Za-z0-9_-]{43}$/);
    const hours = (Date.parse(body.expiresAt ?? '') - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11.9);
    expect(hours).toBeLessThan(12.1);
  });

  it('takes a tenant by name or id, and a user name in any case', async () => {
    const { tenant } = await newTenant('by-name');
    await gateway.logIn({ tenant: 'by-name', username: 'CHIEF', password });
    await gateway.logIn({ tenant: tenant.id.toUpperCase(), username: 'chief', password });
  });

  it('answers the same for an unknown tenant, an unknown user and a wrong password', async () => {
    const tries = [
      { ...rootLogin, tenant: 'nowhere' },
      { ...rootLogin, username: 'nobody' },
      { ...rootLogin, password: 'a wrong password' },
    ];
    const answers = await Promise.all(tries.map((body) => gateway.send('POST', '/v1/tokens', { body })));
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual({ ...answers[0]?.body, correlationId: body.correlationId });
      expect(body.code).toBe('wrong-credentials');
    }
  });

  it.each([
    ['tenant', 'nul\u0000'],
    ['tenant', 'broken \ud800'],
    ['username', 'nul\u0000'],
    ['username', 'broken \ud800'],
  ])('does not take a %s of %j, which no database holds', async (path, text) => {
    expect(await gateway.send('POST', '/v1/tokens', { body: { ...rootLogin, [path]: text } })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ path }] },
    });
  });

  it('ends with DELETE, at once', async () => {
    const token = await gateway.logIn();
    expect(await gateway.send('DELETE', '/v1/tokens/current', { token })).toMatchObject({ status: 204 });
    expect(await gateway.send('GET', '/v1/users', { token })).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  });

  it('leaves neither the token nor the password anywhere in the database', async () => {
    const token = await gateway.logIn();
    const { rows } = await gateway.parts.database.query<{ found: string }>(
      `SELECT data::text || meta::text AS found FROM event
       UNION ALL SELECT t::text FROM tokens t UNION ALL SELECT c::text FROM credentials c`,
    );
    expect(rows.length).toBeGreaterThan(3);
    for (const { found } of rows) {
      expect(found).not.toContain(token.slice(3));
      expect(found).not.toContain(rootLogin.password);
    }
  });
});

describe('users', () => {
  it('are created, read, changed and deleted', async () => {
    const ana = await newUser(admin, 'ana', { firstName: 'Ana', email: 'ana@example.org' });
    expect(ana).toMatchObject({ username: 'ana', firstName: 'Ana', lastName: null, role: 'user', version: 1 });
    const path = `/v1/users/${ana.id}`;
    const read = await gateway.send<User>('GET', path, { token: admin });
    expect(read.body).toEqual(ana);
    expect(read.headers.get('etag')).toBe('"1"');
    const change = { token: admin, body: { lastName: 'Costa' }, headers: { 'if-match': '"1"' } };
    const changed = await gateway.send<User>('PATCH', path, change);
    expect(changed.body).toEqual({ ...ana, lastName: 'Costa', version: 2, updatedAt: changed.body.updatedAt });
    expect(await gateway.send('PATCH', path, change)).toMatchObject({
      status: 412,
      body: { code: 'version-mismatch' },
    });
    expect(await gateway.send('DELETE', path, { token: admin })).toMatchObject({ status: 204 });
    expect(await gateway.send('GET', path, { token: admin })).toMatchObject({
      status: 404,
      body: { code: 'user-not-found' },
    });
    await newUser(admin, 'Ana'); // the name is free again
  });

  it('have platform-wide short ids', async () => {
    const { token } = await newTenant('short-ids');
    const [one, other] = [await newUser(admin, 'short1'), await newUser(token, 'short1')];
    expect(other.shortId).toBeGreaterThan(one.shortId);
  });

  it('have a name of their own in their tenant, in any case', async () => {
    await newUser(admin, 'bert');
    const body = { username: 'BERT', password };
    expect(await gateway.send('POST', '/v1/users', { token: admin, body })).toMatchObject({
      status: 409,
      body: { code: 'username-taken' },
    });
  });

  it('are listed page by page, each once', async () => {
    const { token } = await newTenant('pages');
    for (const name of ['u1', 'u2', 'u3', 'u4']) await newUser(token, name);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '?limit=2' : `?limit=2&cursor=${cursor}`;
      const page: { items: User[]; next: string | null } = (
        await gateway.send<{ items: User[]; next: string | null }>('GET', `/v1/users${query}`, { token })
      ).body;
      seen.push(...page.items.map(({ username }) => username));
      cursor = page.next;
    }
    expect(seen).toEqual(['chief', 'u1', 'u2', 'u3', 'u4']);
  });

  it('lose every token with their password, and with their life', async () => {
    const dora = await newUser(admin, 'dora');
    const login = { username: 'dora', password };
    const before = await gateway.logIn(login);
    await gateway.send('PATCH', `/v1/users/${dora.id}`, { token: admin, body: { password: 'another long password' } });
    await eventually(async () => {
      expect(await gateway.send('GET', '/v1/users/me', { token: before })).toMatchObject({ status: 401 });
    });
    const after = await gateway.logIn({ username: 'dora', password: 'another long password' });
    expect(await gateway.send('GET', '/v1/users/me', { token: after })).toMatchObject({ status: 200 });
    await gateway.send('DELETE', `/v1/users/${dora.id}`, { token: admin });
    await eventually(async () => {
      expect(await gateway.send('GET', '/v1/users/me', { token: after })).toMatchObject({ status: 401 });
    });
  });

  it('see themselves only, unless they are administrators', async () => {
    const eve = await newUser(admin, 'eve');
    const other = await newUser(admin, 'other');
    const token = await gateway.logIn({ username: 'eve', password });
    for (const id of ['me', eve.id, eve.id.toUpperCase()]) {
      expect(await gateway.send('GET', `/v1/users/${id}`, { token })).toMatchObject({
        status: 200,
        body: { id: eve.id },
      });
    }
    expect(await gateway.send('GET', `/v1/users/${other.id}`, { token })).toMatchObject({ status: 404 });
    expect(await gateway.send('PATCH', '/v1/users/me', { token, body: { role: 'admin' } })).toMatchObject({
      status: 404,
    });
    expect(await gateway.send('GET', '/v1/users', { token })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  });
});

describe('the last administrator', () => {
  it('can neither be deleted nor become a user, also when two try at once', async () => {
    const { token } = await newTenant('last-admin');
    const second = await newUser(token, 'second', { role: 'admin' });
    const me = (await gateway.send<User>('GET', '/v1/users/me', { token })).body;
    // By somebody from above: who is demoted first may not demote the other any more.
    const demote = (id: string) =>
      gateway.send('PATCH', `/v1/users/${id}`, {
        token: admin,
        headers: { 'x-tenant': 'last-admin' },
        body: { role: 'user' },
      });
    const outcomes = await Promise.all([demote(me.id), demote(second.id)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(outcomes.find(({ status }) => status === 422)?.body.code).toBe('last-administrator');
    const last = outcomes[0]?.status === 200 ? second : me;
    const lastToken = await gateway.logIn({ tenant: 'last-admin', username: last.username, password });
    expect(await gateway.send('DELETE', `/v1/users/${last.id}`, { token: lastToken })).toMatchObject({
      status: 422,
      body: { code: 'last-administrator' },
    });
  });
});

describe('tenants', () => {
  it('see themselves and what is below them, and nothing beside', async () => {
    const { tenant: child, token } = await newTenant('child');
    const body = { name: 'grandchild', admin: { username: 'chief', password } };
    const grandchild = await gateway.send<Tenant>('POST', '/v1/tenants', { token, body });
    expect(grandchild.body.parentId).toBe(child.id);
    const { token: sibling } = await newTenant('sibling');
    const names = async (of: string): Promise<string[]> => {
      const list = await gateway.send<{ items: Tenant[] }>('GET', '/v1/tenants?limit=200', { token: of });
      return list.body.items.map(({ name }) => name);
    };
    expect(await names(token)).toEqual(['child', 'grandchild']);
    expect(await names(sibling)).toEqual(['sibling']);
    expect(await names(admin)).toEqual(expect.arrayContaining(['root', 'child', 'grandchild', 'sibling']));
  });

  it('have a name of their own on the platform', async () => {
    const { token } = await newTenant('once');
    const body = { name: 'once', admin: { username: 'chief', password } };
    expect(await gateway.send('POST', '/v1/tenants', { token, body })).toMatchObject({
      status: 409,
      body: { code: 'tenant-name-taken' },
    });
  });

  it('get their administrator also when the process ended right after their registration', async () => {
    const { database, directory } = gateway.parts;
    const [tenantId, userId] = [newId(), newId()];
    const [root] = await directory.lineage((await directory.tenantId('root')) ?? '');
    const founder = { userId, shortId: await directory.nextShortId(), username: 'late', email: null };
    const passwordHash = await new Passwords({ parallel: 1, waiting: 1 }).hash(password);
    await database.store.handle(tenantAggregate, {
      tenantId: registryTenantId,
      id: tenantId,
      command: {
        type: 'RegisterTenant',
        data: {
          ...{ tenantId, parentId: root ?? null, ancestors: root ? [root] : [] },
          ...{ name: 'left-behind', cell: 'c1', founder },
        },
        meta: { now: new Date().toISOString() },
      },
      meta: { actor: { kind: 'system', id: 'test' }, correlationId: 'call-7' },
      extraRows: [credentialRow(userId, passwordHash)],
    });
    await eventually(() => gateway.logIn({ tenant: 'left-behind', username: 'late', password }), { everyMs: 200 });
    await eventually(async () => {
      const { rows } = await database.query('SELECT FROM credentials WHERE tenant_id = $1', [registryTenantId]);
      expect(rows).toEqual([]);
    });
  });

  it('do not see users of each other', async () => {
    const { token } = await newTenant('walls');
    const stranger = await newUser(admin, 'stranger');
    for (const method of ['GET', 'DELETE']) {
      expect(await gateway.send(method, `/v1/users/${stranger.id}`, { token })).toMatchObject({ status: 404 });
    }
    const body = { firstName: 'Mine' };
    expect(await gateway.send('PATCH', `/v1/users/${stranger.id}`, { token, body })).toMatchObject({ status: 404 });
  });
});
