import type { Policy, ServiceToken, Tenant, User } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GatewayUnderTest, startGateway } from '../test-support/start-gateway.ts';

let database: TestDatabase;
let gateway: GatewayUnderTest;
let admin: string;
let below: Tenant;

const password = 'a password long enough';

const post = async <Body>(path: string, body: unknown): Promise<Body> => {
  const answer = await gateway.send<Body>('POST', path, { token: admin, body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};

beforeAll(async () => {
  database = await freshDatabase();
  gateway = await startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: natsUrl(),
    AFTERTONE_CELL: uniqueCell(),
  });
  admin = await gateway.logIn();
  below = await post('/v1/tenants', { name: 'below', admin: { username: 'chief', password } });
});

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

const newUser = async (more: object = {}): Promise<{ user: User; token: string }> => {
  const username = newId();
  const user = await post<User>('/v1/users', { username, password, ...more });
  return { user, token: await gateway.logIn({ username, password }) };
};

describe('many tokens at once', () => {
  it('are looked up in one query, each in its place, with its tenant', async () => {
    const { authenticator, database } = gateway.parts;
    const { user, token } = await newUser();
    const service = await post<ServiceToken & { token: string }>('/v1/service-tokens', {
      name: 's',
      acl: ['events.#'],
    });
    const ended = await gateway.logIn();
    await gateway.send('DELETE', '/v1/tokens/current', { token: ended });
    const query = vi.spyOn(database, 'query');
    const found = await authenticator.sessions([
      { token },
      { token: ended },
      { token: admin, tenant: 'below' },
      { token: 'no token of ours' },
      { token, tenant: 'below' },
      { token: service.token, tenant: service.tenantId },
      { token: admin, tenant: 'nowhere' },
      { token: admin },
    ]);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
    expect(found.map((session) => session && [session.kind, session.tenantId, session.userId === user.id])).toEqual([
      ['user', user.tenantId, true],
      null,
      ['user', below.id, false],
      null,
      null,
      ['service', user.tenantId, false],
      null,
      ['user', user.tenantId, false],
    ]);
  });

  it('are found again by their ids while they live', async () => {
    const { authenticator } = gateway.parts;
    const [one, other] = [await newUser(), await newUser()];
    const service = await post<ServiceToken>('/v1/service-tokens', { name: 's', acl: ['events.#'] });
    const sessions = await authenticator.sessions([{ token: one.token }, { token: other.token }]);
    const ids = sessions.flatMap((session) => session?.tokenId ?? []);
    const idsNow = async () =>
      (await authenticator.byTokenIds([...ids, service.id, newId()])).map(({ tokenId }) => tokenId);
    expect((await idsNow()).sort()).toEqual([...ids, service.id].sort());
    await gateway.send('DELETE', `/v1/users/${one.user.id}`, { token: admin });
    await gateway.send('DELETE', `/v1/service-tokens/${service.id}`, { token: admin });
    expect(await idsNow()).toEqual([ids[1]]);
    expect(await authenticator.byTokenIds([])).toEqual([]);
  });
});

describe('a session', () => {
  it('of a user whom somebody else vouches for has what the user has', async () => {
    const { authenticator } = gateway.parts;
    const policy = await post<Policy>('/v1/policies', { name: newId(), acl: ['aftertone.users.read'] });
    const { user } = await newUser({ policyIds: [policy.id] });
    const expiresAt = Date.now() + 60_000;
    expect(await authenticator.sessionOfUser(user.tenantId, user.id, expiresAt)).toMatchObject({
      kind: 'user',
      userId: user.id,
      acl: policy.acl,
      expiresAt,
    });
    expect(await authenticator.sessionOfUser(user.tenantId, newId(), expiresAt)).toBeNull();
    expect(await authenticator.sessionOfUser(below.id, user.id, expiresAt)).toBeNull();
    expect(await authenticator.sessionOfUser(user.tenantId, user.id, Date.now() - 1)).toBeNull();
    await expect(authenticator.sessionOfUser(user.tenantId, user.id, expiresAt, 'below')).rejects.toThrow('tenant');
  });

  it('names the group mailboxes that its user may listen to', async () => {
    const { authenticator, database } = gateway.parts;
    const { user, token } = await newUser();
    const [mine, listened, unheard, promoted] = [newId(), newId(), newId(), newId()].sort();
    const person = (box: string | undefined, owns: boolean, listens: boolean) =>
      database.query('INSERT INTO mailbox_person VALUES ($1, $2, $3, $4, $5, 1)', [
        user.tenantId,
        user.id,
        box,
        owns,
        listens,
      ]);
    for (const box of [mine, listened, unheard, promoted]) {
      await database.query('INSERT INTO shared_mailbox VALUES ($1, $2, $3, 1)', [user.tenantId, box, box !== promoted]);
    }
    await person(mine, true, false);
    await person(listened, false, true);
    await person(unheard, false, false);
    await person(promoted, true, true);
    const session = await authenticator.session(token);
    expect(session?.acl.filter((pattern) => pattern.includes('groups'))).toEqual([
      `events.voicemails.groups.${mine}.#`,
      `events.voicemails.groups.${listened}.#`,
    ]);
  });
});
