import type { User } from '@aftertone/contracts';
import { freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, rootLogin, startGateway } from '../test-support/start-gateway.ts';

let database: TestDatabase;
let replicas: GatewayUnderTest[];

beforeAll(async () => {
  database = await freshDatabase();
  const settings = {
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: natsUrl(),
    AFTERTONE_CELL: uniqueCell(),
    LOGIN_TRIES_PER_USER: '4',
    LOGIN_TRIES_PER_ADDRESS: '15',
    TRUSTED_PROXIES: '127.0.0.1',
  };
  // All of them migrate an empty database and want to make the first tenant at the same moment.
  replicas = await Promise.all([startGateway(settings), startGateway(settings), startGateway(settings)]);
});

afterAll(async () => {
  await Promise.all((replicas ?? []).map((replica) => replica.close()));
  await database?.drop();
});

const replica = (n: number): GatewayUnderTest => {
  const found = replicas[n % replicas.length];
  if (found === undefined) throw new Error('there is no replica');
  return found;
};

const tryToLogIn = (n: number, username: string, address: string, password = 'a wrong password') =>
  replica(n).send('POST', '/v1/tokens', { body: { username, password }, headers: { 'x-forwarded-for': address } });

describe('three gateways on an empty platform', () => {
  it('make one first tenant with one administrator', async () => {
    const { rows } = await replica(0).parts.database.query<{ type: string; count: string }>(
      `SELECT type, count(*)::text FROM event WHERE type IN ('TenantRegistered', 'UserCreated') GROUP BY type ORDER BY type`,
    );
    expect(rows).toEqual([
      { type: 'TenantRegistered', count: '1' },
      { type: 'UserCreated', count: '1' },
    ]);
    await Promise.all(replicas.map((gateway) => gateway.logIn()));
  });

  it('know each other tokens, and each other revocations at once', async () => {
    const token = await replica(0).logIn();
    const me = () => replica(1).send('GET', '/v1/users/me', { token });
    expect(await me()).toMatchObject({ status: 200 });
    await replica(0).send('DELETE', '/v1/tokens/current', { token });
    expect(await me()).toMatchObject({ status: 401 });
  });

  it('stop an administrator at once that another of them demoted, deleted or gave a new password', async () => {
    const token = await replica(0).logIn();
    const password = 'a password long enough';
    const endings = [
      ['PATCH', { role: 'user' }, 403],
      ['PATCH', { password: 'another password' }, 401],
      ['DELETE', undefined, 401],
    ] as const;
    for (const [n, [method, body, status]] of endings.entries()) {
      const username = `second${n}`;
      const made = await replica(0).send<User>('POST', '/v1/users', {
        token,
        body: { username, password, role: 'admin' },
      });
      const second = await replica(1).logIn({ username, password });
      const create = (name: string) =>
        replica(1).send('POST', '/v1/users', { token: second, body: { username: name, password, role: 'admin' } });
      expect(await create(`early${n}`)).toMatchObject({ status: 201 });
      const path = `/v1/users/${made.body.id}`;
      const ended = await replica(0).send(method, path, { token, ...(body === undefined ? {} : { body }) });
      expect(ended.status).toBeLessThan(300);
      expect(await create(`late${n}`)).toMatchObject({ status });
    }
  });
});

describe('too many log-ins', () => {
  it('of one name are refused, by every replica and from anywhere, right password or not', async () => {
    for (let n = 0; n < 4; n++) {
      expect(await tryToLogIn(n, 'someone', `192.0.2.${n}`)).toMatchObject({ status: 401 });
    }
    const refused = await tryToLogIn(4, 'SomeOne', '192.0.2.9');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-log-ins' } });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(800);
    expect(seconds).toBeLessThanOrEqual(900);
  });

  it('at once are not let through in parallel', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => tryToLogIn(n, 'parallel', `198.51.100.${n}`)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(4);
    expect(statuses.filter((status) => status === 429)).toHaveLength(8);
  });

  it('from one address are refused, whatever the name', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 16; n++) statuses.push((await tryToLogIn(n, `name${n}`, '203.0.113.7')).status);
    expect(statuses).toEqual([...Array.from({ length: 15 }, () => 401), 429]);
    expect(await tryToLogIn(0, 'name0', '203.0.113.8')).toMatchObject({ status: 401 });
  });

  it('are forgotten with the right password', async () => {
    const address = '203.0.113.20';
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 3; n++) await tryToLogIn(n, rootLogin.username, address);
      expect(await tryToLogIn(0, rootLogin.username, address, rootLogin.password)).toMatchObject({ status: 201 });
    }
  });
});
