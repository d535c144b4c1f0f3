import { rolePolicies, type User } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PoliciesUnderTest, password } from '../../test-support/policies-under-test.ts';
import type { GatewayUnderTest } from '../../test-support/start-gateway.ts';

let world: PoliciesUnderTest;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  world = await PoliciesUnderTest.start();
  ({ gateway } = world);
});

afterAll(() => world?.close());

const beyond = { status: 403, body: { code: 'beyond-own-access' } };
const manager = ['aftertone.users.#', 'aftertone.policies.#', 'aftertone.service-tokens.#'];
const plain = [...rolePolicies.user];
const victims = newId();

const mint = (token: string, acl: readonly string[]) =>
  gateway.send<{ token: string }>('POST', '/v1/service-tokens', { token, body: { name: newId(), acl } });
const write = (token: string, acl: readonly string[]) =>
  gateway.send('POST', '/v1/policies', { token, body: { name: newId(), acl } });

describe('what an ACL means for who gets it is judged as well', () => {
  it.each([
    ['aftertone.messages.#'],
    ['aftertone.messages.*.read'],
    ['aftertone.mailboxes.*.messages.#'],
    ['aftertone.mailboxes.*.messages.create'],
    ['aftertone.mailboxes.*.update', 'aftertone.mailboxes.*.members.#'],
    [`aftertone.mailboxes.${victims}.messages.read`],
  ])('a user makes no service token with %s, for it is for every mailbox', async (...acl) => {
    const { token } = await world.userWith([...plain, ...manager]);
    expect(await mint(token, acl)).toMatchObject(beyond);
  });

  it('a user with the built-in access gives no mailbox by naming it, and does not take it', async () => {
    const own = await world.newPolicy([...plain, ...manager]);
    const { token, user } = await world.newUser([own]);
    const naming = [...plain, `aftertone.mailboxes.${victims}.messages.#`];
    expect(await write(token, naming)).toMatchObject(beyond);
    const acl = [...own.acl, `aftertone.mailboxes.${victims}.messages.read`];
    expect(await gateway.send('PATCH', `/v1/policies/${own.id}`, { token, body: { acl } })).toMatchObject(beyond);
    const made = await world.newPolicy(naming);
    const policyIds = [own.id, made.id];
    expect(await gateway.send('PATCH', `/v1/users/${user.id}`, { token, body: { policyIds } })).toMatchObject(beyond);
    const another = { username: newId(), password, policyIds: [made.id] };
    expect(await gateway.send('POST', '/v1/users', { token, body: another })).toMatchObject(beyond);
    const strong = await world.newUser([made]);
    const taken = { token, body: { password: 'known to me now' } };
    expect(await gateway.send('PATCH', `/v1/users/${strong.user.id}`, taken)).toMatchObject(beyond);
    expect(await gateway.send('DELETE', `/v1/policies/${made.id}`, { token })).toMatchObject(beyond);
  });

  it('gives what is named to it, on that mailbox and no other', async () => {
    const { token } = await world.userWith([...plain, ...manager, `aftertone.mailboxes.${victims}.messages.read`]);
    expect(await write(token, [`aftertone.mailboxes.${victims}.messages.read`])).toMatchObject({ status: 201 });
    expect(await mint(token, [`aftertone.mailboxes.${victims}.messages.read`])).toMatchObject({ status: 201 });
    expect(await write(token, [`aftertone.mailboxes.${victims}.messages.delete`])).toMatchObject(beyond);
    expect(await write(token, [`aftertone.mailboxes.${newId()}.messages.read`])).toMatchObject(beyond);
  });

  it('software gives no more than it has itself, however many make the next', async () => {
    const reads = ['aftertone.service-tokens.#', 'aftertone.policies.#', 'aftertone.mailboxes.*.messages.read'];
    const first = await mint(world.admin, reads);
    expect(first).toMatchObject({ status: 201 });
    const second = await mint(first.body.token, reads);
    expect(second).toMatchObject({ status: 201 });
    const { token } = second.body;
    expect(await write(token, [`aftertone.mailboxes.${victims}.messages.read`])).toMatchObject({ status: 201 });
    // As a language one mailbox is covered; here it has no more than the rule.
    expect(await mint(token, [`aftertone.mailboxes.${victims}.messages.read`])).toMatchObject({ status: 201 });
    expect(await mint(token, ['aftertone.mailboxes.*.messages.#'])).toMatchObject(beyond);
    const idle = await mint(world.admin, [...reads.slice(0, 2), `aftertone.mailboxes.${victims}.messages.read`]);
    expect(await mint(idle.body.token, ['aftertone.mailboxes.*.messages.read'])).toMatchObject(beyond);
  });

  it('an administrator to whom a mailbox is denied gives it to nobody', async () => {
    const all = ['aftertone.#', 'events.#'];
    const denial = `!aftertone.mailboxes.${victims}.#`;
    const { token, user } = await world.userWith([...all, denial]);
    const tries = [all, ['aftertone.messages.#'], ['aftertone.messages.*.read', 'aftertone.tenant.administer']];
    for (const acl of tries) {
      expect(await mint(token, acl)).toMatchObject(beyond);
      expect(await write(token, acl)).toMatchObject(beyond);
    }
    expect(await write(token, [`aftertone.mailboxes.${victims}.messages.read`])).toMatchObject(beyond);
    const body = { role: 'admin', policyIds: [] };
    expect(await gateway.send('PATCH', `/v1/users/${user.id}`, { token, body })).toMatchObject(beyond);
    expect(await mint(token, [...all, denial])).toMatchObject({ status: 201 });
    expect(await write(token, [...all, denial])).toMatchObject({ status: 201 });
    expect(await write(token, [`aftertone.mailboxes.${newId()}.#`])).toMatchObject({ status: 201 });
    expect(await write(token, ['aftertone.users.read'])).toMatchObject({ status: 201 });
  });

  it('and administrators give what they have to whom they like', async () => {
    const { admin } = world;
    for (const acl of [['aftertone.#'], ['aftertone.messages.#'], [`aftertone.mailboxes.${victims}.#`]]) {
      expect(await mint(admin, acl)).toMatchObject({ status: 201 });
      const policy = await world.newPolicy(acl);
      const { user } = await world.newUser([policy]);
      const change = { token: admin, body: { firstName: 'X' } };
      expect(await gateway.send<User>('PATCH', `/v1/users/${user.id}`, change)).toMatchObject({ status: 200 });
    }
  });
});
