import type { ServiceToken, User } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually, freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventReader } from '../../test-support/event-reader.ts';
import { type GatewayUnderTest, startGateway } from '../../test-support/start-gateway.ts';

let database: TestDatabase;
let gateway: GatewayUnderTest;
let admin: string;

const password = 'a password long enough';
const all = ['aftertone.#', 'events.#'];

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

type Made = ServiceToken & { token: string };

const newToken = async (acl: string[], more: object = {}, token = admin): Promise<Made> => {
  const body = { name: 'CRM', acl, ...more };
  const answer = await gateway.send<Made>('POST', '/v1/service-tokens', { token, body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};

const read = async (id: string): Promise<ServiceToken> =>
  (await gateway.send<ServiceToken>('GET', `/v1/service-tokens/${id}`, { token: admin })).body;

const statusOf = async (method: string, path: string, token: string): Promise<number> =>
  (await gateway.send(method, path, { token })).status;

describe('a service token', () => {
  it('may do what its ACL says, as nobody of the tenant', async () => {
    const { token, id } = await newToken(['aftertone.users.read', 'aftertone.users.me.read']);
    expect(token).toMatch(/^at_[A-Za-z0-9_-]{43}$/);
    expect(await statusOf('GET', '/v1/users', token)).toBe(200);
    expect(await statusOf('POST', '/v1/users', token)).toBe(403);
    expect(await statusOf('GET', '/v1/users/me', token)).toBe(404);
    expect(await gateway.parts.authenticator.session(token)).toMatchObject({
      kind: 'service',
      userId: id,
      tokenId: id,
    });
  });

  it('is told once, and kept as a hash', async () => {
    const { token, ...made } = await newToken(['aftertone.users.read'], { expiresAt: '2999-01-01T00:00:00+01:00' });
    expect(made).toMatchObject({ name: 'CRM', expiresAt: '2998-12-31T23:00:00.000Z', lastUsedAt: null });
    expect(await read(made.id)).toEqual(made);
    const list = await gateway.send<{ items: ServiceToken[] }>('GET', '/v1/service-tokens', { token: admin });
    expect(list.body.items.find(({ id }) => id === made.id)).toEqual(made);
    const { rows } = await gateway.parts.database.query<{ found: string }>(
      `SELECT data::text || meta::text AS found FROM event
       UNION ALL SELECT s::text FROM service_token_secrets s UNION ALL SELECT t::text FROM service_tokens t`,
    );
    expect(rows.length).toBeGreaterThan(3);
    for (const { found } of rows) expect(found).not.toContain(token.slice(3));
  });

  it('tells when it was used last, written without an event and once a minute at most', async () => {
    const { token, id } = await newToken(['aftertone.users.read']);
    const uses = gateway.parts.serviceTokenUses;
    const count = async () => (await gateway.parts.database.query('SELECT FROM event')).rowCount;
    const events = await count();
    // Looking whether it still lives is no use of it.
    expect(await gateway.parts.authenticator.byTokenIds([id])).toHaveLength(1);
    await uses.write();
    expect(await read(id)).toMatchObject({ lastUsedAt: null });
    const before = Date.now();
    await gateway.send('GET', '/v1/users', { token });
    await uses.write();
    const { lastUsedAt } = await read(id);
    expect(Date.parse(lastUsedAt ?? '')).toBeGreaterThanOrEqual(before);
    await gateway.send('GET', '/v1/users', { token });
    await uses.write();
    expect((await read(id)).lastUsedAt).toBe(lastUsedAt);
    await gateway.parts.database.query(`UPDATE service_token_uses SET used_at = used_at - interval '2 minutes'`);
    await gateway.send('GET', '/v1/users', { token });
    await uses.write();
    expect(Date.parse((await read(id)).lastUsedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(lastUsedAt ?? ''));
    expect(await count()).toBe(events);
  });

  it('ends with its time, and cannot have ended before', async () => {
    const past = { name: 'late', acl: all, expiresAt: new Date(Date.now() - 1_000).toISOString() };
    expect(await gateway.send('POST', '/v1/service-tokens', { token: admin, body: past })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'expiresAt' }] },
    });
    const { token } = await newToken(all, { expiresAt: new Date(Date.now() + 1_500).toISOString() });
    expect(await statusOf('GET', '/v1/users', token)).toBe(200);
    await eventually(async () => expect(await statusOf('GET', '/v1/users', token)).toBe(401));
  });

  it('ends when it is deleted: requests at once, streams within seconds', async () => {
    const { token, id } = await newToken(all);
    const reader = await EventReader.open(gateway.url, token);
    expect(await statusOf('DELETE', `/v1/service-tokens/${id}`, admin)).toBe(204);
    expect(await statusOf('GET', '/v1/users', token)).toBe(401);
    const deleted = Date.now();
    await eventually(() => expect(reader.ended).toBe(true));
    expect(Date.now() - deleted).toBeLessThan(5_000);
    expect(await statusOf('GET', `/v1/service-tokens/${id}`, admin)).toBe(404);
    expect(await statusOf('DELETE', `/v1/service-tokens/${id}`, admin)).toBe(404);
  });

  it('stays when who made it is gone, and can log itself out', async () => {
    const username = newId();
    const maker = await gateway.send<User>('POST', '/v1/users', {
      token: admin,
      body: { username, password, role: 'admin' },
    });
    const { token, createdBy } = await newToken(all, {}, await gateway.logIn({ username, password }));
    expect(createdBy).toBe(maker.body.id);
    expect(await statusOf('DELETE', `/v1/users/${maker.body.id}`, admin)).toBe(204);
    expect(await statusOf('GET', '/v1/users', token)).toBe(200);
    expect(await statusOf('DELETE', '/v1/tokens/current', token)).toBe(204);
    expect(await statusOf('GET', '/v1/users', token)).toBe(401);
  });

  it('of another tenant is not there', async () => {
    const { id } = await newToken(all);
    const body = { name: 'apart', admin: { username: 'chief', password } };
    expect(await gateway.send('POST', '/v1/tenants', { token: admin, body })).toMatchObject({ status: 201 });
    const token = await gateway.logIn({ tenant: 'apart', username: 'chief', password });
    for (const method of ['GET', 'DELETE']) expect(await statusOf(method, `/v1/service-tokens/${id}`, token)).toBe(404);
    expect(await gateway.send('GET', '/v1/service-tokens', { token })).toMatchObject({ body: { items: [] } });
  });

  it('makes users as itself in the history', async () => {
    const { token, id } = await newToken(all);
    const body = { username: newId(), password };
    const { body: user } = await gateway.send<User>('POST', '/v1/users', { token, body });
    const { rows } = await gateway.parts.database.query(
      `SELECT meta -> 'actor' AS actor FROM event WHERE stream_id = $1`,
      [`user-${user.id}`],
    );
    expect(rows).toEqual([{ actor: { kind: 'service', id } }]);
  });
});
