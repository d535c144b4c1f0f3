import type { Tenant, User } from '@aftertone/contracts';
import { eventually, freshDatabase, type OwnNats, startNats, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventReader } from '../../test-support/event-reader.ts';
import { OidcIssuer } from '../../test-support/oidc-issuer.ts';
import { type GatewayUnderTest, startGateway } from '../../test-support/start-gateway.ts';

let database: TestDatabase;
/** Streams of other cells would want the same subjects. */
let nats: OwnNats;
let issuer: OidcIssuer;
/** Speaks for every tenant. */
let hub: OidcIssuer;
let gateway: GatewayUnderTest;
let admin: string;

const password = 'a password long enough';

const newUser = async (username: string, token = admin): Promise<User> => {
  const answer = await gateway.send<User>('POST', '/v1/users', { token, body: { username, password } });
  expect(answer.status).toBe(201);
  return answer.body;
};

const me = (token: string) => gateway.send<User>('GET', '/v1/users/me', { token });

beforeAll(async () => {
  [database, nats, issuer, hub] = await Promise.all([
    freshDatabase(),
    startNats(),
    OidcIssuer.start(),
    OidcIssuer.start(),
  ]);
  gateway = await startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: nats.url,
    AFTERTONE_CELL: uniqueCell(),
    OIDC_ISSUERS: JSON.stringify([
      { issuer: issuer.url, audience: issuer.audience, tenant: 'root' },
      { issuer: hub.url, audience: hub.audience, tenantClaim: 'tenant' },
    ]),
  });
  admin = await gateway.logIn();
});

afterAll(async () => {
  await gateway?.close();
  await Promise.all([issuer?.close(), hub?.close()]);
  await database?.drop();
  await nats?.remove();
});

describe('somebody with a token of another issuer', () => {
  it('is the user of that name, whatever its case, and may do what that user may', async () => {
    const user = await newUser('alice');
    for (const name of ['alice', 'ALICE']) {
      expect(await me(await issuer.token(name))).toMatchObject({ status: 200, body: { id: user.id } });
    }
    const token = await issuer.token('alice');
    expect(await gateway.send('GET', '/v1/users', { token })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await gateway.send('GET', '/v1/users', { token: await issuer.token('admin') })).toMatchObject({
      status: 200,
    });
    expect(await gateway.send('GET', '/v1/users/me', { headers: { 'x-auth-token': token } })).toMatchObject({
      status: 200,
    });
  });

  it('is nobody without such a user, and learns nothing about it', async () => {
    const made = await gateway.send('GET', '/v1/users/me', { token: `at_${'A'.repeat(43)}` });
    const answer = await me(await issuer.token('nobody'));
    const { correlationId: _, ...problem } = { ...made.body };
    expect(answer).toMatchObject({ status: 401, body: problem });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="aftertone"');
  });

  it('is of the tenant that the issuer may speak for', async () => {
    const body = { name: 'below', admin: { username: 'chief', password } };
    const { body: below } = await gateway.send<Tenant>('POST', '/v1/tenants', { token: admin, body });
    await gateway.logIn({ tenant: 'below', username: 'chief', password });
    const chief = { preferred_username: 'chief' };
    expect(await me(await issuer.sign({ ...chief, tenant: 'below' }))).toMatchObject({ status: 401 });
    for (const tenant of ['below', below.id]) {
      expect(await me(await hub.sign({ ...chief, tenant }))).toMatchObject({
        status: 200,
        body: { username: 'chief', tenantId: below.id },
      });
    }
    for (const tenant of ['root', 'nowhere', undefined]) {
      expect(await me(await hub.sign({ ...chief, tenant }))).toMatchObject({ status: 401 });
    }
    const list = await gateway.send<{ items: User[] }>('GET', '/v1/users', {
      token: await issuer.token('admin'),
      headers: { 'x-tenant': 'below' },
    });
    expect(list.body).toMatchObject({ items: [{ username: 'chief' }] });
    const upwards = { token: await hub.sign({ ...chief, tenant: 'below' }), headers: { 'x-tenant': 'root' } };
    expect(await gateway.send('GET', '/v1/users', upwards)).toMatchObject({
      status: 404,
      body: { code: 'tenant-not-found' },
    });
  });

  it('acts no longer once the user is deleted', async () => {
    const user = await newUser('admin2');
    const token = await issuer.sign({ preferred_username: 'admin2' });
    const reader = await EventReader.open(gateway.url, token);
    expect(await gateway.send('DELETE', `/v1/users/${user.id}`, { token: admin })).toMatchObject({ status: 204 });
    expect(await me(token)).toMatchObject({ status: 401 });
    await eventually(() => expect(reader.ended).toBe(true));
  });

  it('cannot revoke that token here: its issuer does', async () => {
    const token = await issuer.token('alice');
    expect(await gateway.send('DELETE', '/v1/tokens/current', { token })).toMatchObject({
      status: 422,
      body: { code: 'token-of-issuer' },
    });
    expect(await me(token)).toMatchObject({ status: 200 });
  });
});

describe('a stream of events', () => {
  it('of such a token is what the user may hear, and ends with the token', async () => {
    const seconds = Math.floor(Date.now() / 1_000);
    // A token is taken ten seconds past its end: this one has two left.
    const [short, long] = await Promise.all(
      [seconds - 8, seconds + 300].map((exp) => issuer.sign({ preferred_username: 'admin', iat: seconds - 60, exp })),
    );
    const ending = await EventReader.open(gateway.url, short ?? '');
    const lasting = await EventReader.open(gateway.url, long ?? '');
    await newUser('carol');
    await lasting.untilUser('carol');
    await eventually(() => expect(ending.ended).toBe(true));
    expect(lasting.ended).toBe(false);
    lasting.close();
  });
});

it('while an issuer is away, its tokens are answered 503 and the others as ever', async () => {
  const away = await OidcIssuer.start();
  const other = await startGateway({
    ...gateway.environment,
    OIDC_ISSUERS: JSON.stringify([{ issuer: away.url, audience: away.audience, tenant: 'root' }]),
  });
  try {
    const token = await away.sign({ preferred_username: 'admin' });
    await away.close();
    const answer = await other.send('GET', '/v1/users', { token });
    expect(answer).toMatchObject({ status: 503, body: { code: 'issuer-unavailable' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await other.send('GET', '/v1/users', { token: admin })).toMatchObject({ status: 200 });
  } finally {
    await other.close();
  }
});
