import { builtInPolicyIds, type Policy, rolePolicies } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PoliciesUnderTest, password } from '../../test-support/policies-under-test.ts';
import type { GatewayUnderTest } from '../../test-support/start-gateway.ts';

let world: PoliciesUnderTest;
let gateway: GatewayUnderTest;
let admin: string;

beforeAll(async () => {
  world = await PoliciesUnderTest.start();
  ({ gateway, admin } = world);
});

afterAll(() => world?.close());

describe('policies', () => {
  it('are listed after the two that every tenant has, page by page', async () => {
    const [one, other] = [await world.newPolicy(['aftertone.users.read']), await world.newPolicy(['events.#'])];
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
    const made = await world.newPolicy(['aftertone.users.read', '!aftertone.users.create']);
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
    expect(await world.statusOf('DELETE', path, admin)).toBe(204);
    expect(await gateway.send('GET', path, { token: admin })).toMatchObject({
      status: 404,
      body: { code: 'policy-not-found' },
    });
    expect(await world.statusOf('POST', '/v1/policies', admin, { name: made.name, acl: [] })).toBe(201); // free again
  });

  it('have a name of their own, which is none of the built-in ones', async () => {
    const { name, id } = await world.newPolicy([]);
    const other = await world.newPolicy([]);
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
    expect(await world.statusOf('PATCH', `/v1/policies/${id}`, admin, { name })).toBe(200);
  });

  it('that are built in cannot be changed or deleted', async () => {
    for (const id of Object.values(builtInPolicyIds)) {
      expect(await world.statusOf('GET', `/v1/policies/${id}`, admin)).toBe(200);
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
    const { id } = await world.newPolicy(['events.users.me.#']);
    const body = { name: 'beside', admin: { username: 'chief', password } };
    expect(await world.statusOf('POST', '/v1/tenants', admin, body)).toBe(201);
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
    const policy = await world.newPolicy(['aftertone.users.read']);
    const { user, token } = await world.newUser([policy]);
    expect(await world.statusOf('GET', '/v1/users', token)).toBe(200);
    expect(await world.statusOf('GET', '/v1/users/me', token)).toBe(404); // the built-in policy is replaced
    expect(
      await world.statusOf('PATCH', `/v1/policies/${policy.id}`, admin, { acl: ['aftertone.users.me.read'] }),
    ).toBe(200);
    expect(await world.statusOf('GET', '/v1/users', token)).toBe(403);
    expect(await world.statusOf('GET', '/v1/users/me', token)).toBe(200);
    const more = [builtInPolicyIds.user, policy.id];
    expect(await world.statusOf('PATCH', `/v1/users/${user.id}`, admin, { policyIds: more })).toBe(200);
    expect(await world.statusOf('DELETE', '/v1/tokens/current', token)).toBe(204);
  });

  it('is denied by its id what me would be allowed', async () => {
    const { user, token } = await world.userWith(['aftertone.users.#']);
    const id = user.policyIds[0];
    expect(await world.statusOf('GET', '/v1/users/me', token)).toBe(200);
    const acl = ['aftertone.users.#', `!aftertone.users.${user.id}.#`];
    expect(await world.statusOf('PATCH', `/v1/policies/${id}`, admin, { acl })).toBe(200);
    for (const me of ['me', user.id, user.id.toUpperCase()])
      expect(await world.statusOf('GET', `/v1/users/${me}`, token)).toBe(404);
  });

  it('has no unknown ones, and none as an administrator', async () => {
    const policy = await world.newPolicy(['events.users.me.#']);
    const path = `/v1/users/${(await world.newUser([])).user.id}`;
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
    const policy = await world.newPolicy(['events.users.me.#']);
    const path = `/v1/policies/${policy.id}`;
    const inUse = { status: 409, body: { code: 'policy-in-use' } };
    const [one, other] = [await world.newUser([policy]), await world.newUser([policy])];
    expect(await gateway.send('DELETE', path, { token: admin })).toMatchObject(inUse);
    expect(await world.statusOf('PATCH', `/v1/users/${one.user.id}`, admin, { policyIds: [] })).toBe(200);
    expect(await gateway.send('DELETE', path, { token: admin })).toMatchObject(inUse);
    expect(await world.statusOf('DELETE', `/v1/users/${other.user.id}`, admin)).toBe(204);
    expect(await world.statusOf('DELETE', path, admin)).toBe(204);
  });

  it('never has one that is deleted in the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const policy = await world.newPolicy(['events.users.me.#']);
      const body = { username: newId(), password, policyIds: [policy.id] };
      const [made, deleted] = await Promise.all([
        gateway.send('POST', '/v1/users', { token: admin, body }),
        gateway.send('DELETE', `/v1/policies/${policy.id}`, { token: admin }),
      ]);
      expect([made.status, deleted.status]).toEqual(made.status === 201 ? [201, 409] : [400, 204]);
    }
  });
});
