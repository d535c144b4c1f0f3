import type { Tenant, User } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually, freshDatabase, type OwnNats, startNats, type TestDatabase } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventReader } from '../../test-support/event-reader.ts';
import { type GatewayUnderTest, startGateway } from '../../test-support/start-gateway.ts';

let database: TestDatabase;
let nats: OwnNats;
let gateway: GatewayUnderTest;

const password = 'a password long enough';

interface Place {
  tenant: Tenant;
  token: string;
}

/** root > (north > deep), south */
let tree: { root: Place; north: Place; deep: Place; south: Place };

const newTenant = async (parent: string, name: string): Promise<Place> => {
  const body = { name, admin: { username: 'chief', password } };
  const { body: tenant, status } = await gateway.send<Tenant>('POST', '/v1/tenants', { token: parent, body });
  expect(status).toBe(201);
  return { tenant, token: await gateway.logIn({ tenant: name, username: 'chief', password }) };
};

beforeAll(async () => {
  // Events of one gateway at a time fit on a server.
  [database, nats] = await Promise.all([freshDatabase(), startNats()]);
  gateway = await startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: nats.url,
    LOGIN_TRIES_PER_ADDRESS: '100000',
  });
  const token = await gateway.logIn();
  const { items } = (await gateway.send<{ items: Tenant[] }>('GET', '/v1/tenants', { token })).body;
  const [tenant] = items;
  if (tenant === undefined) throw new Error('there is no first tenant');
  const north = await newTenant(token, 'north');
  tree = {
    root: { tenant, token },
    north,
    deep: await newTenant(north.token, 'deep'),
    south: await newTenant(token, 'south'),
  };
});

afterAll(async () => {
  await gateway?.close();
  await nats?.remove();
  await database?.drop();
});

const acting = (token: string, tenant: string, header = 'x-tenant') => ({ token, headers: { [header]: tenant } });

const usernames = async (token: string, tenant: string): Promise<string[]> => {
  const list = await gateway.send<{ items: User[] }>('GET', '/v1/users?limit=200', acting(token, tenant));
  expect(list.status).toBe(200);
  return list.body.items.map(({ username }) => username);
};

const notThere = { status: 404, body: { code: 'tenant-not-found' } };

describe('an administrator', () => {
  it('acts in tenants below, by id or name and by either header', async () => {
    const { root, north, deep } = tree;
    const body = { username: 'made-from-above', password };
    const made = await gateway.send<User>('POST', '/v1/users', { ...acting(root.token, 'deep'), body });
    expect(made).toMatchObject({ status: 201, body: { tenantId: deep.tenant.id } });
    for (const name of [deep.tenant.id, deep.tenant.id.toUpperCase(), 'deep']) {
      expect(await usernames(root.token, name)).toContain('made-from-above');
      expect(await usernames(north.token, name)).toContain('made-from-above');
    }
    const path = `/v1/users/${made.body.id}`;
    expect(await gateway.send('GET', path, acting(root.token, 'deep', 'Wazo-Tenant'))).toMatchObject({ status: 200 });
    expect(await gateway.send('GET', path, { token: deep.token })).toMatchObject({ status: 200 });
    expect(await gateway.send('GET', path, { token: root.token })).toMatchObject({ status: 404 });
    const { rows } = await gateway.parts.database.query<{ actor: string }>(
      `SELECT meta -> 'actor' ->> 'id' AS actor FROM event WHERE stream_id = $1`,
      [`user-${made.body.id}`],
    );
    const chief = await gateway.send<User>('GET', '/v1/users/me', { token: root.token });
    expect(rows).toEqual([{ actor: chief.body.id }]);
  });

  it('acts in the own tenant when that is named', async () => {
    const { north } = tree;
    expect(await usernames(north.token, 'north')).toEqual(['chief']);
    expect(await gateway.send('GET', '/v1/users/me', acting(north.token, north.tenant.id))).toMatchObject({
      status: 200,
    });
  });

  it('is nobody in the tenants below', async () => {
    const { root } = tree;
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const options = { ...acting(root.token, 'north'), ...(method === 'PATCH' ? { body: { firstName: 'X' } } : {}) };
      expect(await gateway.send(method, '/v1/users/me', options)).toMatchObject({
        status: 404,
        body: { code: 'user-not-found' },
      });
    }
  });

  it('gets the same answer for a sibling, a parent, and a tenant that is none', async () => {
    const { root, north, deep, south } = tree;
    const tries = [
      [north.token, 'south'],
      [north.token, south.tenant.id],
      [north.token, 'root'],
      [deep.token, 'north'],
      [deep.token, north.tenant.id],
      [root.token, 'nowhere'],
      [root.token, newId()],
      [root.token, ''],
      [root.token, '*'],
      [root.token, "deep' OR true --"],
      [root.token, '00000000-0000-0000-0000-000000000000'],
    ] as const;
    const answers = await Promise.all(
      tries.map(([token, tenant]) => gateway.send('GET', '/v1/users', acting(token, tenant))),
    );
    for (const { status, body } of answers) {
      expect({ status, body }).toMatchObject(notThere);
      expect(body).toEqual({ ...answers[0]?.body, correlationId: body.correlationId });
    }
  });

  it('names one tenant', async () => {
    const both = (one: string, other: string) => ({
      token: tree.root.token,
      headers: { 'x-tenant': one, 'wazo-tenant': other },
    });
    expect(await gateway.send('GET', '/v1/users', both('north', 'south'))).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
    expect(await gateway.send('GET', '/v1/users', both('north', 'north'))).toMatchObject({ status: 200 });
  });

  it('is let in before the tenant is looked at, and out whatever it says', async () => {
    expect(await gateway.send('GET', '/v1/users', acting('at_nobody', 'north'))).toMatchObject({ status: 401 });
    const token = await gateway.logIn();
    expect(await gateway.send('DELETE', '/v1/tokens/current', acting(token, 'nowhere'))).toMatchObject({ status: 204 });
    expect(await gateway.send('GET', '/v1/users', { token })).toMatchObject({ status: 401 });
  });

  it('follows the events of a tenant below, until demoted', async () => {
    const { root } = tree;
    const name = newId();
    const body = { username: name, password, role: 'admin' };
    const second = await gateway.send<User>('POST', '/v1/users', { token: root.token, body });
    const token = await gateway.logIn({ username: name, password });
    const reader = await EventReader.open(gateway.url, token, '', { 'x-tenant': 'north' });
    const own = await EventReader.open(gateway.url, root.token);
    const create = (tenant: string, username: string) =>
      gateway.send('POST', '/v1/users', { ...acting(root.token, tenant), body: { username, password } });
    await create('root', 'seen-in-root');
    await create('south', 'seen-in-south');
    await create('north', 'seen-in-north');
    await reader.untilUser('seen-in-north');
    await own.untilUser('seen-in-root');
    expect(reader.usernames()).toEqual(['seen-in-north']);
    expect(own.usernames()).toEqual(['seen-in-root']);
    own.close();
    const path = `/v1/users/${second.body.id}`;
    expect(await gateway.send('PATCH', path, { token: root.token, body: { role: 'user' } })).toMatchObject({
      status: 200,
    });
    await eventually(() => expect(reader.ended).toBe(true));
  });
});

describe('others', () => {
  const userOf = async (place: Place, acl: string[]): Promise<string> => {
    const made = await gateway.send<{ id: string }>('POST', '/v1/policies', {
      token: place.token,
      body: { name: newId(), acl },
    });
    const body = { username: newId(), password, policyIds: [made.body.id] };
    expect(await gateway.send('POST', '/v1/users', { token: place.token, body })).toMatchObject({ status: 201 });
    return gateway.logIn({ tenant: place.tenant.name, username: body.username, password });
  };

  it('stay in their tenant, whatever else they may do', async () => {
    const token = await userOf(tree.north, ['aftertone.users.#', 'aftertone.tenants.#']);
    expect(await gateway.send('GET', '/v1/users', acting(token, 'deep'))).toMatchObject(notThere);
    expect(await usernames(token, 'north')).toContain('chief');
    const path = `/v1/tenants/${tree.deep.tenant.id}`;
    const body = { multipleSharedMailboxes: false };
    expect(await gateway.send('PATCH', path, { token, body })).toMatchObject(notThere);
  });

  it('reach tenants below when their policy lets them administer', async () => {
    const token = await userOf(tree.north, ['aftertone.tenant.administer', 'aftertone.users.read']);
    expect(await usernames(token, 'deep')).toContain('chief');
    expect(await gateway.send('GET', '/v1/users', acting(token, 'south'))).toMatchObject(notThere);
    expect(await gateway.send('GET', '/v1/policies', acting(token, 'deep'))).toMatchObject({ status: 403 });
  });

  it('reach them by a service token too', async () => {
    const { body } = await gateway.send<{ token: string }>('POST', '/v1/service-tokens', {
      token: tree.north.token,
      body: { name: 'sync', acl: ['aftertone.#'] },
    });
    expect(await usernames(body.token, 'deep')).toContain('chief');
    expect(await gateway.send('GET', '/v1/users', acting(body.token, 'root'))).toMatchObject(notThere);
  });
});

describe('the tenant headers', () => {
  it('are documented once, for every route but those of log-ins and links', async () => {
    const { body } = await gateway.send<{
      paths: Record<string, Record<string, { operationId: string; parameters?: { $ref?: string }[] }>>;
      components: { parameters: Record<string, { name: string; in: string }> };
    }>('GET', '/openapi.json');
    expect(Object.values(body.components.parameters).map((parameter) => [parameter.in, parameter.name])).toEqual([
      ['header', 'X-Tenant'],
      ['header', 'Wazo-Tenant'],
    ]);
    const operations = Object.values(body.paths).flatMap((path) => Object.values(path));
    const without = operations.filter(({ parameters = [] }) => {
      const refs = parameters.flatMap(({ $ref }) => $ref ?? []);
      return !['X-Tenant', 'Wazo-Tenant'].every((name) => refs.includes(`#/components/parameters/${name}`));
    });
    expect(without.map(({ operationId }) => operationId)).toEqual(['logIn', 'logOut', 'openLink', 'playLink']);
  });
});

describe('settings of a tenant', () => {
  it('are read and changed for the own tenant and those below, and no others', async () => {
    const { root, north, deep, south } = tree;
    const path = `/v1/tenants/${north.tenant.id}`;
    const read = await gateway.send<Tenant>('GET', path, { token: north.token });
    expect(read.body).toEqual({ ...north.tenant, multipleSharedMailboxes: true, version: 1 });
    expect(read.headers.get('etag')).toBe('"1"');
    const change = { token: north.token, body: { multipleSharedMailboxes: false }, headers: { 'if-match': '"1"' } };
    const changed = { ...read.body, multipleSharedMailboxes: false, version: 2 };
    expect(await gateway.send('PATCH', path, change)).toMatchObject({ status: 200, body: changed });
    expect(await gateway.send('PATCH', path, change)).toMatchObject({ status: 412 });
    const unchanged = { token: root.token, body: { multipleSharedMailboxes: false } };
    expect(await gateway.send('PATCH', path, unchanged)).toMatchObject({ status: 200, body: changed });
    const back = { ...acting(root.token, 'north'), body: { multipleSharedMailboxes: true } };
    expect(await gateway.send('PATCH', path, back)).toMatchObject({ status: 200, body: { version: 3 } });
    for (const token of [deep.token, south.token]) {
      expect(await gateway.send('GET', path, { token })).toMatchObject(notThere);
      expect(await gateway.send('PATCH', path, { token, body: {} })).toMatchObject(notThere);
    }
    expect(await gateway.send('GET', path, acting(root.token, 'south'))).toMatchObject(notThere);
  });

  it('are told to the tenant, also to whoever replays its history', async () => {
    const { south } = tree;
    const path = `/v1/tenants/${south.tenant.id}`;
    const reader = await EventReader.open(gateway.url, south.token, '?types=tenant_updated');
    const body = { multipleSharedMailboxes: false };
    expect(await gateway.send('PATCH', path, { token: south.token, body })).toMatchObject({ status: 200 });
    const data = { tenantId: south.tenant.id, changed: ['multipleSharedMailboxes'], tenant: body };
    await eventually(() => expect(reader.events.map(({ event }) => event.data)).toMatchObject([data]));
    const late = await EventReader.open(gateway.url, south.token, '?after=first&types=tenant_created,tenant_updated');
    await eventually(() =>
      expect(late.events.map(({ event }) => event.type)).toEqual(['tenant_created', 'tenant_updated']),
    );
    reader.close();
    late.close();
  });
});
