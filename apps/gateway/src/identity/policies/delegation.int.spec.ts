import { builtInPolicyIds, rolePolicies, type ServiceToken, type User } from '@aftertone/contracts';
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

const beyond = { status: 403, body: { code: 'beyond-own-access' } };

describe('nobody grants what they lack', () => {
  const manager = ['aftertone.users.#', 'aftertone.policies.#', 'aftertone.service-tokens.#', 'aftertone.tenants.#'];

  it('to a new user', async () => {
    const { token } = await world.userWith(manager);
    const strong = await world.newPolicy(['aftertone.mailboxes.#']);
    const weak = await world.newPolicy(['aftertone.users.read']);
    const tries = [{}, { role: 'admin' }, { policyIds: [strong.id] }, { policyIds: [builtInPolicyIds.user] }];
    for (const given of tries) {
      const body = { username: newId(), password, ...given };
      expect(await gateway.send('POST', '/v1/users', { token, body })).toMatchObject(beyond);
    }
    const body = { username: newId(), password, policyIds: [weak.id] };
    expect(await world.statusOf('POST', '/v1/users', token, body)).toBe(201);
  });

  it('by becoming somebody who has it: not by a password, a role, policies, or taking the name', async () => {
    const { token, user } = await world.userWith(manager);
    const weak = (await world.userWith(['aftertone.users.read'])).user;
    const strong = (await world.userWith(['aftertone.users.read', 'aftertone.mailboxes.create'])).user;
    const boss = (await world.newUser([], { role: 'admin' })).user;
    const plain = (await world.newUser([])).user;
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
    expect(await world.statusOf('PATCH', `/v1/users/${weak.id}`, token, { password: 'known to me now' })).toBe(200);
    expect(await world.statusOf('DELETE', `/v1/users/${weak.id}`, token)).toBe(204);
    expect(
      await world.statusOf('PATCH', '/v1/users/me', token, { password: 'another password', firstName: 'Me' }),
    ).toBe(200);
  });

  it('by a policy: neither a new one nor one that is widened, narrowed or deleted', async () => {
    const own = await world.newPolicy(manager);
    const { token } = await world.newUser([own]);
    const tries = [['#'], ['*.users.read'], ['aftertone.#', '!aftertone.mailboxes.#'], ['events.users.me.#']];
    for (const acl of tries) {
      expect(await gateway.send('POST', '/v1/policies', { token, body: { name: newId(), acl } })).toMatchObject(beyond);
      expect(await gateway.send('PATCH', `/v1/policies/${own.id}`, { token, body: { acl } })).toMatchObject(beyond);
    }
    const strong = await world.newPolicy(['aftertone.#']);
    expect(await gateway.send('PATCH', `/v1/policies/${strong.id}`, { token, body: { acl: [] } })).toMatchObject(
      beyond,
    );
    expect(await gateway.send('DELETE', `/v1/policies/${strong.id}`, { token })).toMatchObject(beyond);
    const weak = await world.newPolicy(['aftertone.users.*.read', '!aftertone.users.me.read'], token);
    expect(await world.statusOf('DELETE', `/v1/policies/${weak.id}`, token)).toBe(204);
    const refused = await gateway.send<{ detail: string }>('POST', '/v1/policies', {
      token,
      body: { name: 'wide', acl: ['aftertone.users.read', 'aftertone.mailboxes.read'] },
    });
    expect(refused.body.detail).toContain('aftertone.mailboxes.read');
    expect(refused.body.detail).not.toContain('aftertone.users.read');
  });

  it('by dropping a denial of the own policy', async () => {
    const own = await world.newPolicy(['aftertone.#', '!aftertone.mailboxes.#']);
    const { token, user } = await world.newUser([own]);
    const tries = [
      ['PATCH', `/v1/policies/${own.id}`, { acl: ['aftertone.#'] }],
      ['PATCH', `/v1/users/${user.id}`, { policyIds: [(await world.newPolicy(['aftertone.#'])).id] }],
      ['PATCH', `/v1/users/${user.id}`, { role: 'admin', policyIds: [] }],
      ['POST', '/v1/service-tokens', { name: 'wide', acl: ['aftertone.mailboxes.*.read'] }],
      ['POST', '/v1/users', { username: newId(), password, role: 'admin' }],
    ] as const;
    for (const [method, path, body] of tries)
      expect(await gateway.send(method, path, { token, body })).toMatchObject(beyond);
  });

  it('by a service token or a tenant of their own', async () => {
    const { token } = await world.userWith(manager);
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
    const { token } = await world.userWith([...manager, ...rolePolicies.user]);
    const body = { username: newId(), password };
    const made = await gateway.send<User>('POST', '/v1/users', { token, body });
    expect(made.status).toBe(201);
    expect(await world.statusOf('PATCH', `/v1/users/${made.body.id}`, token, { password: 'a new password' })).toBe(200);
    expect(await world.statusOf('DELETE', `/v1/users/${made.body.id}`, token)).toBe(204);
  });
});
