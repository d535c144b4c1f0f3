import { initialTenantNotify, initialUserNotify, type Tenant, type User, type UserNotify } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PoliciesUnderTest, password } from '../../test-support/policies-under-test.ts';
import type { GatewayUnderTest } from '../../test-support/start-gateway.ts';

let world: PoliciesUnderTest;
let gateway: GatewayUnderTest;
let admin: string;

type View = UserNotify & { version: number };
const mine = '/v1/users/me/notifications';
const of = (id: string) => `/v1/users/${id}/notifications`;

beforeAll(async () => {
  world = await PoliciesUnderTest.start();
  ({ gateway, admin } = world);
});

afterAll(async () => {
  await world?.close();
});

describe('how a user is told', () => {
  it('is theirs to read and change, and nothing else of them is', async () => {
    const { user, token } = await world.newUser([]);
    expect(user.notify).toEqual(initialUserNotify);
    const before = await gateway.send<View>('GET', mine, { token });
    expect(before).toMatchObject({ status: 200, body: { ...initialUserNotify, version: 1 } });
    expect(before.headers.get('etag')).toBe('"1"');
    const sms = await gateway.send<View>('PATCH', mine, { token, body: { sms: { to: '+351910000000' } } });
    expect(sms).toMatchObject({ status: 200, body: { sms: { to: '+351910000000' }, version: 2 } });
    const digest = { every: 'day', at: '08:00' };
    const body = { email: { link: true }, digest };
    const more = await gateway.send<View>('PATCH', of(user.id), { token, body });
    const notify = {
      ...initialUserNotify,
      sms: { to: '+351910000000' },
      email: { ...initialUserNotify.email, link: true },
      digest,
    };
    expect(more.body).toEqual({ ...notify, version: 3 });
    const seen = await gateway.send<User>('GET', '/v1/users/me', { token });
    expect(seen.body).toMatchObject({ notify, version: 3 });
    for (const field of [{ notify: {} }, { email: 'mallory@example.org' }]) {
      expect(await world.statusOf('PATCH', '/v1/users/me', token, field)).toBe(404);
      expect(await gateway.send('PATCH', mine, { token, body: field })).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      });
    }
  });

  it('changes upon the version that was seen', async () => {
    const { token } = await world.newUser([]);
    const put = (enabled: boolean) => ({ token, body: { push: { enabled } }, headers: { 'if-match': '"1"' } });
    expect(await gateway.send('PATCH', mine, put(false))).toMatchObject({ status: 200 });
    expect(await gateway.send('PATCH', mine, put(true))).toMatchObject({
      status: 412,
      body: { code: 'version-mismatch' },
    });
    const known = await gateway.send('GET', mine, { token, headers: { 'if-none-match': '"2"' } });
    expect(known.status).toBe(304);
  });

  it('is no business of colleagues or strangers', async () => {
    const { user } = await world.newUser([]);
    const colleague = await world.newUser([]);
    const stranger = await world.userWith(['aftertone.users.*.read']);
    for (const { token } of [colleague, stranger]) {
      expect(await world.statusOf('GET', of(user.id), token)).toBe(404);
      expect(await world.statusOf('PATCH', of(user.id), token, { push: { enabled: false } })).toBe(404);
    }
  });

  it('of somebody else changes only who has all that they have', async () => {
    const { user } = await world.newUser([]);
    const body = { sms: { to: '+351910000001' } };
    const helper = await world.userWith(['aftertone.users.*.notifications.#']);
    expect(await gateway.send('GET', of(user.id), { token: helper.token })).toMatchObject({ status: 200 });
    expect(await gateway.send('PATCH', of(user.id), { token: helper.token, body })).toMatchObject({
      status: 403,
      body: { code: 'beyond-own-access' },
    });
    expect(await gateway.send('PATCH', of(user.id), { token: admin, body })).toMatchObject({ status: 200 });
    const byUser = await gateway.send<User>('PATCH', `/v1/users/${user.id}`, {
      token: admin,
      body: { notify: { push: { enabled: false } } },
    });
    expect(byUser.body).toMatchObject({ version: 3, notify: { ...body, push: { enabled: false } } });
  });

  it('may be told when the user is made', async () => {
    const body = { username: newId(), password, notify: { email: { enabled: false } } };
    const answer = await gateway.send<User>('POST', '/v1/users', { token: admin, body });
    const email = { ...initialUserNotify.email, enabled: false };
    expect(answer.body.notify).toEqual({ ...initialUserNotify, email });
  });
});

describe('how the people of a tenant are told', () => {
  const escalation = (...userIds: string[]) => ({ steps: [{ afterSeconds: 300, email: [], sms: [], userIds }] });
  const newTenant = async () => {
    const [name, chief] = [`t-${newId()}`, { username: 'chief', password }];
    const { body } = await gateway.send<Tenant>('POST', '/v1/tenants', { token: admin, body: { name, admin: chief } });
    const token = await gateway.logIn({ tenant: name, ...chief });
    const { body: user } = await gateway.send<User>('GET', '/v1/users/me', { token });
    return { tenant: body, path: `/v1/tenants/${body.id}`, token, chief: user.id };
  };

  it('begins with nothing, and changes field by field', async () => {
    const { tenant, path, token, chief } = await newTenant();
    expect(tenant.notify).toEqual(initialTenantNotify);
    await gateway.send('PATCH', path, { token, body: { notify: { email: { owners: true } } } });
    const body = { notify: { email: { link: true }, escalation: escalation(chief) } };
    const answer = await gateway.send<Tenant>('PATCH', path, { token, body });
    expect(answer).toMatchObject({ status: 200, body: { version: 3, multipleSharedMailboxes: true } });
    const expected = {
      ...initialTenantNotify,
      email: { ...initialTenantNotify.email, owners: true, link: true },
      escalation: { ...escalation(chief), urgentOnly: false },
    };
    expect(answer.body.notify).toEqual(expected);
    expect((await gateway.send<Tenant>('GET', path, { token })).body.notify).toEqual(expected);
  });

  it('is no matter of users of other tenants, also seen from above', async () => {
    const { path, token, chief } = await newTenant();
    const { body: root } = await gateway.send<User>('GET', '/v1/users/me', { token: admin });
    for (const by of [token, admin]) {
      const body = { notify: { escalation: escalation(chief, root.id) } };
      expect(await gateway.send('PATCH', path, { token: by, body })).toMatchObject({
        status: 400,
        body: { code: 'unknown-recipient', errors: [{ path: 'notify.escalation.steps.0.userIds.1' }] },
      });
    }
    const own = { notify: { escalation: escalation(chief) } };
    expect(await gateway.send('PATCH', path, { token: admin, body: own })).toMatchObject({ status: 200 });
  });
});
