import { cloudEvent, type User } from '@aftertone/contracts';
import { eventually, freshDatabase, type OwnNats, startNats, type TestDatabase } from '@aftertone/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EventReader } from '../test-support/event-reader.ts';
import { type GatewayUnderTest, startGateway } from '../test-support/start-gateway.ts';

let database: TestDatabase;
let nats: OwnNats;
let gateway: GatewayUnderTest;
let admin: string;
const open: EventReader[] = [];

const password = 'a password long enough';

const start = (): Promise<GatewayUnderTest> =>
  startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: nats.url,
    EVENT_HEARTBEAT_MS: '200',
    LOGIN_TRIES_PER_USER: '1000',
  });

beforeAll(async () => {
  [database, nats] = await Promise.all([freshDatabase(), startNats()]);
  gateway = await start();
  admin = await gateway.logIn();
});

afterEach(() => {
  for (const reader of open.splice(0)) reader.close();
});

afterAll(async () => {
  await gateway?.close();
  await nats?.remove();
  await database?.drop();
});

const follow = async (token = admin, query = '', headers = {}, of = gateway): Promise<EventReader> => {
  const reader = await EventReader.open(of.url, token, query, headers);
  open.push(reader);
  return reader;
};

let made = 0;
const newUser = async (token = admin, more: object = {}): Promise<User> => {
  made += 1;
  const body = { username: `user${made}`, password, ...more };
  const answer = await gateway.send<User>('POST', '/v1/users', { token, body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};

describe('a stream of events', () => {
  it('tells what happens from now on, as CloudEvents', async () => {
    const before = await newUser();
    const reader = await follow();
    expect(reader.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const user = await newUser();
    await reader.untilUser(user.username);
    expect(reader.usernames()).not.toContain(before.username);
    const told = reader.events.find(({ event }) => event.type === 'user_created')?.event;
    expect(cloudEvent.parse(told)).toMatchObject({
      tenantid: user.tenantId,
      subject: `identity.users.${user.id}.created`,
      data: { userId: user.id, user },
    });
    expect(reader.retryMs).toBe(2_000);
  });

  it('begins at the beginning with after=first', async () => {
    const user = await newUser();
    const reader = await follow(admin, '?after=first');
    await reader.untilUser(user.username);
    expect(reader.events.map(({ event }) => event.type).slice(0, 2)).toEqual(['tenant_created', 'user_created']);
    expect(reader.usernames()[0]).toBe('admin');
  });

  it('resumes behind Last-Event-ID, without a gap or a repeat', async () => {
    const first = await follow();
    const seen = await newUser();
    await first.untilUser(seen.username);
    const cursor = first.lastId;
    first.close();
    const missed = [await newUser(), await newUser()];
    const second = await follow(admin, '?after=ignored', { 'last-event-id': cursor });
    const live = await newUser();
    await second.untilUser(live.username);
    expect(second.usernames()).toEqual([...missed, live].map(({ username }) => username));
  });

  it('resumes from any event it sent, on another replica as well', async () => {
    const reader = await follow(admin, '?after=first&types=user_created');
    const last = await newUser();
    await reader.untilUser(last.username);
    const other = await start();
    try {
      const all = reader.usernames();
      for (const [n, { id }] of [...reader.events.entries()].slice(-3)) {
        const resumed = await follow(admin, `?after=${id}&types=user_created`, {}, other);
        const marker = n === all.length - 1 ? undefined : last;
        if (marker) await resumed.untilUser(marker.username);
        expect(resumed.usernames()).toEqual(all.slice(n + 1));
      }
    } finally {
      await other.close();
    }
  });

  it('moves the cursor on while nothing comes', async () => {
    const reader = await follow(admin, '?types=mailbox_created');
    const before = reader.lastId;
    await newUser();
    await eventually(() => expect(reader.lastId).not.toBe(before));
    expect(reader.events).toEqual([]);
  });

  it('tells only the wanted types', async () => {
    const reader = await follow(admin, '?types=user_deleted,user_updated');
    const user = await newUser();
    await gateway.send('PATCH', `/v1/users/${user.id}`, { token: admin, body: { lastName: 'X' } });
    await gateway.send('DELETE', `/v1/users/${user.id}`, { token: admin });
    await eventually(() =>
      expect(reader.events.map(({ event }) => event.type)).toEqual(['user_updated', 'user_deleted']),
    );
  });

  it.each(['?after=nonsense', '?types=earthquake', '?since=1', '?types='])('is refused with %s', async (query) => {
    expect(await gateway.send('GET', `/v1/events${query}`, { token: admin })).toMatchObject({ status: 400 });
  });

  it('answers HEAD and holds nothing open for it', async () => {
    const answer = await gateway.send('HEAD', '/v1/events', { token: admin });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  });
});

describe('who sees what', () => {
  it('is limited to the own tenant', async () => {
    const body = { name: 'apart', admin: { username: 'chief', password } };
    expect(await gateway.send('POST', '/v1/tenants', { token: admin, body })).toMatchObject({ status: 201 });
    const chief = await gateway.logIn({ tenant: 'apart', username: 'chief', password });
    const [ours, theirs] = [await follow(), await follow(chief, '?after=first')];
    const mine = await newUser();
    const other = await newUser(chief);
    await ours.untilUser(mine.username);
    await theirs.untilUser(other.username);
    expect(ours.usernames()).not.toContain(other.username);
    expect(theirs.usernames()).toEqual(['chief', other.username]);
    expect(theirs.events[0]?.event).toMatchObject({ type: 'tenant_created', data: { tenant: { name: 'apart' } } });
  });

  it('is limited to what the ACL allows', async () => {
    const user = await newUser();
    const plain = await gateway.logIn({ username: user.username, password });
    const [all, some] = [await follow(), await follow(plain, '?after=first')];
    const marker = await newUser();
    await all.untilUser(marker.username);
    await eventually(() => expect(some.lastId).not.toBe(''));
    expect(some.events).toEqual([]);
  });
});

describe('a stream ends', () => {
  const ends = (reader: EventReader) => eventually(() => expect(reader.ended).toBe(true));

  it('within five seconds of its token', async () => {
    const token = await gateway.logIn();
    const reader = await follow(token);
    const other = await follow();
    await gateway.send('DELETE', '/v1/tokens/current', { token });
    await eventually(() => expect(reader.ended).toBe(true), { timeoutMs: 5_000 });
    expect(other.ended).toBe(false);
  });

  it.each(['up', 'down'])('with its gateway, which does not wait for it, nor for a bus that is %s', async (bus) => {
    const other = await start();
    const reader = await follow(admin, '', {}, other);
    if (bus === 'down') await nats.kill();
    const begun = performance.now();
    await other.close();
    expect(performance.now() - begun).toBeLessThan(2_000);
    await ends(reader);
    if (bus === 'down') await nats.start();
  });
});

describe('when the bus goes away', () => {
  it('a stream that stays open misses nothing', async () => {
    const reader = await follow();
    const before = await newUser();
    await reader.untilUser(before.username);
    await nats.kill();
    const during = [await newUser(), await newUser()];
    const late = await follow(admin, `?after=${reader.lastId}`);
    await late.untilUser(during[1]?.username ?? '');
    await nats.start();
    const after = await newUser();
    await Promise.all([reader.untilUser(after.username), late.untilUser(after.username)]);
    const expected = [...during, after].map(({ username }) => username);
    expect(reader.usernames()).toEqual([before.username, ...expected]);
    expect(late.usernames()).toEqual(expected);
  });

  it('and has lost everything, nothing is missing or repeated', async () => {
    const reader = await follow();
    const before = await newUser();
    await reader.untilUser(before.username);
    await nats.wipe();
    const after = await newUser();
    await reader.untilUser(after.username);
    expect(reader.usernames()).toEqual([before.username, after.username]);
  });
});
