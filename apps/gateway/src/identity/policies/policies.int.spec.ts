import { builtInPolicyIds, type Policy, rolePolicies, type ServiceToken, type User } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, startGateway } from '../../test-support/start-gateway.ts';

let database: TestDatabase;
let gateway: GatewayUnderTest;
let admin: string;

const password = 'a password long enough';

beforeAll(async () => {
  database = await freshDatabase();
  gateway = await startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: natsUrl(),
    AFTERTONE_CELL: uniqueCell(),
    LOGIN_TRIES_PER_ADDRESS: '100000',
  });
  admin = await gateway.logIn();
});

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

const newPolicy = async (acl: string[], token = admin): Promise<Policy> => {
  const body = { name: `p-${newId()}`, acl };
  const answer = await gateway.send<Policy>('POST', '/v1/policies', { token, body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};

/** A new user with these policies, and a token of it. */
const newUser = async (policies: readonly Policy[], more: object = {}): Promise<{ user: User; token: string }> => {
  const username = newId();
  const body = { username, password, policyIds: policies.map(({ id }) => id), ...more };
  const answer = await gateway.send<User>('POST', '/v1/users', { token: admin, body });
  expect(answer).toMatchObject({ status: 201 });
  return { user: answer.body, token: await gateway.logIn({ username, password }) };
};

const userWith = async (acl: string[]) => newUser([await newPolicy(acl)]);

const statusOf = async (method: string, path: string, token: string, body?: unknown): Promise<number> =>
  (await gateway.send(method, path, { token, ...(body === undefined ? {} : { body }) })).status;

const beyond = { status: 403, body: { code: 'beyond-own-access' } };

describe('policies', () => {
  it('are listed after the two that every tenant has, page by page', async () => {
    const [one, other] = [await newPolicy(['aftertone.users.read']), await newPolicy(['events.#'])];
    const seen: Policy[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const query: string = next === '' ? '' : `&cursor=${next}`;
      const page = await gateway.send<{ items: Policy[]; next: string | null }>('GET', `/v1/policies?limit=1${query}`, {
        token: admin,
      });
      seen.push(...page.body.items);
      ({ next } = page.body);
    }
    expect(seen.slice(0, 2)).toMatchObject([
      { id: builtInPolicyIds.user, name: 'user', builtIn: true, acl: rolePolicies.user },
      { id: builtInPolicyIds.admin, name: 'admin', builtIn: true, acl: rolePolicies.admin },
    ]);
    expect(seen.slice(2)).toEqual([one, other]);
  });

  it('are created, read, changed and deleted', async () => {
    const made = await newPolicy(['aftertone.users.read', '!aftertone.users.create']);
    const path = `/v1/policies/${made.id}`;
    expect(made).toMatchObject({ description: null, builtIn: false, version: 1 });
    const read = await gateway.send<Policy>('GET', path, { token: admin });
    expect(read.body).toEqual(made);
    expect(read.headers.get('etag')).toBe('"1"');
    const change = { token: admin, body: { description: 'Reads' }, headers: { 'if-match': '"1"' } };
    expect(await gateway.send('PATCH', path, change)).toMatchObject({
      status: 200,
      body: { ...made, description: 'Reads', version: 2, updatedAt: expect.any(String) },
    });
    expect(await gateway.send('PATCH', path, change)).toMatchObject({
      status: 412,
      body: { code: 'version-mismatch' },
    });
    expect(await statusOf('DELETE', path, admin)).toBe(204);
    expect(await gateway.send('GET', path, { token: admin })).toMatchObject({
      status: 404,
      body: { code: 'policy-not-found' },
    });
    expect(await statusOf('POST', '/v1/policies', admin, { name: made.name, acl: [] })).toBe(201); // free again
  });

  it('have a name of their own, which is none of the built-in ones', async () => {
    const { name, id } = await newPolicy([]);
    const other = await newPolicy([]);
    for (const taken of [name, 'user', 'admin']) {
      for (const [method, path] of [
        ['POST', '/v1/policies'],
        ['PATCH', `/v1/policies/${other.id}`],
      ] as const) {
        const body = { name: taken, ...(method === 'POST' ? { acl: [] } : {}) };
        expect(await gateway.send(method, path, { token: admin, body })).toMatchObject({
          status: 409,
          body: { code: 'policy-name-taken' },
        });
      }
    }
    expect(await statusOf('PATCH', `/v1/policies/${id}`, admin, { name })).toBe(200);
  });

  it('that are built in cannot be changed or deleted', async () => {
    for (const id of Object.values(builtInPolicyIds)) {
      expect(await statusOf('GET', `/v1/policies/${id}`, admin)).toBe(200);
      for (const [method, body] of [
        ['PATCH', { acl: ['#'] }],
        ['DELETE', undefined],
      ] as const) {
        expect(await gateway.send(method, `/v1/policies/${id}`, { token: admin, body })).toMatchObject({
          status: 422,
          body: { code: 'policy-built-in' },
        });
      }
    }
  });

  it('of another tenant are not there', async () => {
    const { id } = await newPolicy(['events.users.me.#']);
    const body = { name: 'beside', admin: { username: 'chief', password } };
    expect(await statusOf('POST', '/v1/tenants', admin, body)).toBe(201);
    const token = await gateway.logIn({ tenant: 'beside', username: 'chief', password });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const options = { token, ...(method === 'PATCH' ? { body: { acl: [] } } : {}) };
      expect(await gateway.send(method, `/v1/policies/${id}`, options)).toMatchObject({ status: 404 });
    }
    const list = await gateway.send<{ items: Policy[] }>('GET', '/v1/policies', { token });
    expect(list.body.items.map(({ name }) => name)).toEqual(['user', 'admin']);
    expect(
      await gateway.send('POST', '/v1/users', { token, body: { username: 'u', password, policyIds: [id] } }),
    ).toMatchObject({ status: 400, body: { code: 'unknown-policy', errors: [{ path: 'policyIds.0' }] } });
  });
});

describe('a user with policies', () => {
  it('may do what they allow and nothing else, from the next request on', async () => {
    const policy = await newPolicy(['aftertone.users.read']);
    const { user, token } = await newUser([policy]);
    expect(await statusOf('GET', '/v1/users', token)).toBe(200);
    expect(await statusOf('GET', '/v1/users/me', token)).toBe(404); // the built-in policy is replaced
    expect(await statusOf('PATCH', `/v1/policies/${policy.id}`, admin, { acl: ['aftertone.users.me.read'] })).toBe(200);
    expect(await statusOf('GET', '/v1/users', token)).toBe(403);
    expect(await statusOf('GET', '/v1/users/me', token)).toBe(200);
    const more = [builtInPolicyIds.user, policy.id];
    expect(await statusOf('PATCH', `/v1/users/${user.id}`, admin, { policyIds: more })).toBe(200);
    expect(await statusOf('DELETE', '/v1/tokens/current', token)).toBe(204);
  });

  it('is denied by its id what me would be allowed', async () => {
    const { user, token } = await userWith(['aftertone.users.#']);
    const id = user.policyIds[0];
    expect(await statusOf('GET', '/v1/users/me', token)).toBe(200);
    const acl = ['aftertone.users.#', `!aftertone.users.${user.id}.#`];
    expect(await statusOf('PATCH', `/v1/policies/${id}`, admin, { acl })).toBe(200);
    for (const me of ['me', user.id, user.id.toUpperCase()])
      expect(await statusOf('GET', `/v1/users/${me}`, token)).toBe(404);
  });

  it('has no unknown ones, and none as an administrator', async () => {
    const policy = await newPolicy(['events.users.me.#']);
    const path = `/v1/users/${(await newUser([])).user.id}`;
    const unknown = { policyIds: [policy.id, newId(), builtInPolicyIds.admin] };
    expect(await gateway.send('PATCH', path, { token: admin, body: unknown })).toMatchObject({
      status: 400,
      body: { code: 'unknown-policy', errors: [{ path: 'policyIds.1' }, { path: 'policyIds.2' }] },
    });
    const body = { role: 'admin', policyIds: [policy.id] };
    expect(await gateway.send('PATCH', path, { token: admin, body })).toMatchObject({
      status: 400,
      body: { code: 'policies-of-administrator' },
    });
  });

  it('keeps them from being deleted until it has them no more', async () => {
    const policy = await newPolicy(['events.users.me.#']);
    const path = `/v1/policies/${policy.id}`;
    const inUse = { status: 409, body: { code: 'policy-in-use' } };
    const [one, other] = [await newUser([policy]), await newUser([policy])];
    expect(await gateway.send('DELETE', path, { token: admin })).toMatchObject(inUse);
    expect(await statusOf('PATCH', `/v1/users/${one.user.id}`, admin, { policyIds: [] })).toBe(200);
    expect(await gateway.send('DELETE', path, { token: admin })).toMatchObject(inUse);
    expect(await statusOf('DELETE', `/v1/users/${other.user.id}`, admin)).toBe(204);
    expect(await statusOf('DELETE', path, admin)).toBe(204);
  });

  it('never has one that is deleted in the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const policy = await newPolicy(['events.users.me.#']);
      const body = { username: newId(), password, policyIds: [policy.id] };
      const [made, deleted] = await Promise.all([
        gateway.send('POST', '/v1/users', { token: admin, body }),
        gateway.send('DELETE', `/v1/policies/${policy.id}`, { token: admin }),
      ]);
      expect([made.status, deleted.status]).toEqual(made.status === 201 ? [201, 409] : [400, 204]);
    }
  });
});

describe('nobody grants what they lack', () => {
  const manager = ['aftertone.users.#', 'aftertone.policies.#', 'aftertone.service-tokens.#', 'aftertone.tenants.#'];

  it('to a new user', async () => {
    const { token } = await userWith(manager);
    const strong = await newPolicy(['aftertone.mailboxes.#']);
    const weak = await newPolicy(['aftertone.users.read']);
    const tries = [{}, { role: 'admin' }, { policyIds: [strong.id] }, { policyIds: [builtInPolicyIds.user] }];
    for (const given of tries) {
      const body = { username: newId(), password, ...given };
      expect(await gateway.send('POST', '/v1/users', { token, body })).toMatchObject(beyond);
    }
    const body = { username: newId(), password, policyIds: [weak.id] };
    expect(await statusOf('POST', '/v1/users', token, body)).toBe(201);
  });

  it('by becoming somebody who has it: not by a password, a role, policies, or taking the name', async () => {
    const { token, user } = await userWith(manager);
    const weak = (await userWith(['aftertone.users.read'])).user;
    const strong = (await userWith(['aftertone.users.read', 'aftertone.mailboxes.create'])).user;
    const boss = (await newUser([], { role: 'admin' })).user;
    const plain = (await newUser([])).user;
    for (const { id } of [strong, boss, plain]) {
      for (const body of [{ password: 'known to me now' }, { role: 'user' }, { policyIds: [] }, { firstName: 'X' }]) {
        expect(await gateway.send('PATCH', `/v1/users/${id}`, { token, body })).toMatchObject(beyond);
      }
      expect(await gateway.send('DELETE', `/v1/users/${id}`, { token })).toMatchObject(beyond);
    }
    for (const { id } of [weak, user]) {
      for (const body of [{ role: 'admin', policyIds: [] }, { policyIds: strong.policyIds }, { policyIds: [] }]) {
        expect(await gateway.send('PATCH', `/v1/users/${id}`, { token, body })).toMatchObject(beyond);
      }
    }
    expect(await statusOf('PATCH', `/v1/users/${weak.id}`, token, { password: 'known to me now' })).toBe(200);
    expect(await statusOf('DELETE', `/v1/users/${weak.id}`, token)).toBe(204);
    expect(await statusOf('PATCH', '/v1/users/me', token, { password: 'another password', firstName: 'Me' })).toBe(200);
  });

  it('by a policy: neither a new one nor one that is widened, narrowed or deleted', async () => {
    const own = await newPolicy(manager);
    const { token } = await newUser([own]);
    const tries = [['#'], ['*.users.read'], ['aftertone.#', '!aftertone.mailboxes.#'], ['events.users.me.#']];
    for (const acl of tries) {
      expect(await gateway.send('POST', '/v1/policies', { token, body: { name: newId(), acl } })).toMatchObject(beyond);
      expect(await gateway.send('PATCH', `/v1/policies/${own.id}`, { token, body: { acl } })).toMatchObject(beyond);
    }
    const strong = await newPolicy(['aftertone.#']);
    expect(await gateway.send('PATCH', `/v1/policies/${strong.id}`, { token, body: { acl: [] } })).toMatchObject(
      beyond,
    );
    expect(await gateway.send('DELETE', `/v1/policies/${strong.id}`, { token })).toMatchObject(beyond);
    const weak = await newPolicy(['aftertone.users.*.read', '!aftertone.users.me.read'], token);
    expect(await statusOf('DELETE', `/v1/policies/${weak.id}`, token)).toBe(204);
    const refused = await gateway.send<{ detail: string }>('POST', '/v1/policies', {
      token,
      body: { name: 'wide', acl: ['aftertone.users.read', 'aftertone.mailboxes.read'] },
    });
    expect(refused.body.detail).toContain('aftertone.mailboxes.read');
    expect(refused.body.detail).not.toContain('aftertone.users.read');
  });

  it('by dropping a denial of the own policy', async () => {
    const own = await newPolicy(['aftertone.#', '!aftertone.mailboxes.#']);
    const { token, user } = await newUser([own]);
    const tries = [
      ['PATCH', `/v1/policies/${own.id}`, { acl: ['aftertone.#'] }],
      ['PATCH', `/v1/users/${user.id}`, { policyIds: [(await newPolicy(['aftertone.#'])).id] }],
      ['PATCH', `/v1/users/${user.id}`, { role: 'admin', policyIds: [] }],
      ['POST', '/v1/service-tokens', { name: 'wide', acl: ['aftertone.mailboxes.*.read'] }],
      ['POST', '/v1/users', { username: newId(), password, role: 'admin' }],
    ] as const;
    for (const [method, path, body] of tries)
      expect(await gateway.send(method, path, { token, body })).toMatchObject(beyond);
  });

  it('by a service token or a tenant of their own', async () => {
    const { token } = await userWith(manager);
    const body = { name: 'below', admin: { username: 'chief', password } };
    expect(await gateway.send('POST', '/v1/tenants', { token, body })).toMatchObject(beyond);
    for (const acl of [['#'], ['aftertone.users.#', 'events.#']]) {
      const wide = { name: 'wide', acl };
      expect(await gateway.send('POST', '/v1/service-tokens', { token, body: wide })).toMatchObject(beyond);
    }
    const strong = await gateway.send<ServiceToken>('POST', '/v1/service-tokens', {
      token: admin,
      body: { name: 'strong', acl: ['events.#'] },
    });
    expect(await gateway.send('DELETE', `/v1/service-tokens/${strong.body.id}`, { token })).toMatchObject(beyond);
    const made = await gateway.send<{ token: string }>('POST', '/v1/service-tokens', {
      token,
      body: { name: 'mine', acl: ['aftertone.users.#', 'aftertone.service-tokens.#'] },
    });
    expect(made.status).toBe(201);
    for (const acl of [['aftertone.policies.#'], ['aftertone.#']]) {
      const next = { name: 'next', acl };
      expect(await gateway.send('POST', '/v1/service-tokens', { token: made.body.token, body: next })).toMatchObject(
        beyond,
      );
    }
  });

  it('and administrators and helpers with as much still do their work', async () => {
    const { token } = await userWith([...manager, ...rolePolicies.user]);
    const body = { username: newId(), password };
    const made = await gateway.send<User>('POST', '/v1/users', { token, body });
    expect(made.status).toBe(201);
    expect(await statusOf('PATCH', `/v1/users/${made.body.id}`, token, { password: 'a new password' })).toBe(200);
    expect(await statusOf('DELETE', `/v1/users/${made.body.id}`, token)).toBe(204);
  });
});
