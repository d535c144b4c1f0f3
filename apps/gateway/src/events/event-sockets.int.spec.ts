import { connect } from 'node:net';
import type { User } from '@aftertone/contracts';
import { eventually, freshDatabase, type OwnNats, startNats, type TestDatabase } from '@aftertone/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EventPublisher } from '../test-support/event-publisher.ts';
import { EventReader } from '../test-support/event-reader.ts';
import { rawRequest } from '../test-support/raw-request.ts';
import { SocketClient, type SocketClientOptions } from '../test-support/socket-client.ts';
import { type GatewayUnderTest, startGateway } from '../test-support/start-gateway.ts';

let database: TestDatabase;
let nats: OwnNats;
let gateway: GatewayUnderTest;
let publisher: EventPublisher;
let admin: string;
let tenantId: string;
const open: SocketClient[] = [];

const password = 'a password long enough';
const cell = 'sockets';

const start = (settings: Record<string, string> = {}): Promise<GatewayUnderTest> =>
  startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: nats.url,
    AFTERTONE_CELL: cell,
    EVENT_HEARTBEAT_MS: '200',
    LOGIN_TRIES_PER_USER: '1000',
    ...settings,
  });

beforeAll(async () => {
  [database, nats] = await Promise.all([freshDatabase(), startNats()]);
  gateway = await start();
  admin = await gateway.logIn();
  tenantId = (await gateway.parts.directory.tenantId(undefined)) ?? '';
  publisher = new EventPublisher(gateway, cell);
  await publisher.open();
});

afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

afterAll(async () => {
  await gateway?.close();
  await nats?.remove();
  await database?.drop();
});

const follow = async (token = admin, options: SocketClientOptions = {}, of = gateway): Promise<SocketClient> => {
  const client = await SocketClient.open(of.url, token, options);
  open.push(client);
  return client;
};

let made = 0;
const newUser = async (token = admin): Promise<User> => {
  made += 1;
  const body = { username: `user${made}`, password };
  const answer = await gateway.send<User>('POST', '/v1/users', { token, body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};

const closed = (client: SocketClient, code: number) =>
  eventually(() => expect(client.closed).toMatchObject({ code }), { timeoutMs: 5_000 });

const ids = (client: SocketClient, id: string): string[] => client.of('event', id).map(({ event }) => event.id);

describe('a WebSocket', () => {
  it('carries several subscriptions, each with its types and place', async () => {
    const client = await follow();
    expect(client.socket.protocol).toBe('aftertone.events.v1');
    const before = await newUser();
    await client.subscribe('now', { types: ['user_created'] });
    await client.subscribe('all', { after: 'first', types: ['user_created', 'tenant_created'] });
    await client.subscribe('none', { types: ['mailbox_created'] });
    const user = await newUser();
    await Promise.all([client.untilUser('now', user.username), client.untilUser('all', user.username)]);
    expect(client.usernames('now')).toEqual([user.username]);
    expect(client.usernames('all').slice(-2)).toEqual([before.username, user.username]);
    expect(client.of('event', 'all')[0]?.event.type).toBe('tenant_created');
    expect(client.of('event', 'none')).toEqual([]);
    const told = client.of('event', 'now')[0]?.event;
    expect(told).toMatchObject({
      tenantid: user.tenantId,
      subject: `identity.users.${user.id}.created`,
      data: { user },
    });
  });

  it('resumes from any cursor it gave, also as server-sent events and on another replica', async () => {
    const client = await follow();
    await client.subscribe('a', { after: 'first', types: ['user_created'] });
    const last = await newUser();
    await client.untilUser('a', last.username);
    const all = client.usernames('a');
    const other = await start();
    try {
      const second = await follow(admin, {}, other);
      for (const [n, { cursor }] of [...client.of('event', 'a').entries()].slice(-3, -1)) {
        await second.subscribe(`from${n}`, { after: cursor, types: ['user_created'] });
        await second.untilUser(`from${n}`, last.username);
        expect(second.usernames(`from${n}`)).toEqual(all.slice(n + 1));
        const reader = await EventReader.open(other.url, admin, `?after=${cursor}&types=user_created`);
        await reader.untilUser(last.username);
        expect(reader.usernames()).toEqual(all.slice(n + 1));
        reader.close();
      }
    } finally {
      await other.close();
    }
  });

  it('resumes while events come without a pause, without a gap or a repeat', async () => {
    const reference = await follow();
    await reference.subscribe('a', { types: ['message_created'] });
    const seen: string[] = [];
    const expected: string[] = [];
    let client = await follow();
    await client.subscribe('a', { types: ['message_created'] });
    let isOver = false;
    const publishing = (async () => {
      while (!isOver) expected.push(...(await publisher.publish(tenantId, { count: 10, bytes: 500 })));
    })();
    for (let round = 0; round < 10; round++) {
      await eventually(() => expect(client.of('event', 'a').length).toBeGreaterThan(20), { everyMs: 1 });
      const cursor = client.lastCursor('a');
      seen.push(...ids(client, 'a'));
      client.close();
      client = await follow();
      await client.subscribe('a', { types: ['message_created'], after: cursor });
    }
    isOver = true;
    await publishing;
    await eventually(() => expect([...seen, ...ids(client, 'a')]).toHaveLength(expected.length));
    expect([...seen, ...ids(client, 'a')]).toEqual(expected);
    await eventually(() => expect(ids(reference, 'a')).toEqual(expected));
  });

  it('moves its cursors on while nothing comes for it, and answers pings', async () => {
    const client = await follow();
    await client.subscribe('quiet', { types: ['mailbox_created'] });
    const begun = client.lastCursor('quiet');
    await newUser();
    await eventually(() => {
      expect(client.of('beat').at(-1)?.cursors.quiet).toBeTypeOf('string');
      expect(client.of('beat').at(-1)?.cursors.quiet).not.toBe(begun);
    });
    client.send({ op: 'ping' });
    await eventually(() => expect(client.of('pong')).toHaveLength(1));
  });

  it('stops a subscription and gives its name free', async () => {
    const client = await follow();
    await client.subscribe('a', { types: ['user_created'] });
    await client.subscribe('b', { types: ['user_created'] });
    client.send({ op: 'unsubscribe', id: 'a' });
    await eventually(() => expect(client.of('unsubscribed', 'a')).toHaveLength(1));
    const missed = await newUser();
    await client.untilUser('b', missed.username);
    expect(client.of('event', 'a')).toEqual([]);
    await client.subscribe('a', { types: ['user_created'], after: client.of('unsubscribed', 'a')[0]?.cursor ?? '' });
    await client.untilUser('a', missed.username);
    expect(client.usernames('a')).toEqual([missed.username]);
  });

  it('takes a token that a browser offers as a protocol, and never says it back', async () => {
    const protocols = ['aftertone.events.v1', `aftertone.bearer.${admin}`];
    const client = await follow(admin, { protocols, headers: {} });
    expect(client.socket.protocol).toBe('aftertone.events.v1');
    client.send({ op: 'ping' });
    await eventually(() => expect(client.of('pong')).toHaveLength(1));
  });
});

describe('who may open one', () => {
  it.each([
    ['no token', {}],
    ['a wrong one', { headers: { authorization: 'Bearer at_wrong' } }],
    ['a wrong one as protocol', { headers: {}, protocols: ['aftertone.events.v1', 'aftertone.bearer.at_wrong'] }],
  ])('is nobody with %s', async (_, options) => {
    await expect(SocketClient.open(gateway.url, '', { headers: {}, ...options })).rejects.toThrow('response: 401');
  });

  it('is told by a problem document, and nothing is left open', async () => {
    const { host } = new URL(gateway.url);
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const ask = (path: string): Promise<string> =>
      rawRequest(gateway.url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${upgrade}\r\n${key}\r\n\r\n`);
    expect(await ask('/v1/events/ws')).toMatch(/^HTTP\/1.1 401 [\s\S]*"code":"unauthenticated"/);
    expect(await ask('/v1/nowhere')).toMatch(/^HTTP\/1.1 404 /);
    expect(await ask('/healthz')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('is nobody without an upgrade, and other upgrades change nothing', async () => {
    const answer = await gateway.send('GET', '/v1/events/ws', { token: admin });
    expect(answer).toMatchObject({ status: 426, body: { code: 'upgrade-required' } });
    expect(answer.headers.get('upgrade')).toBe('websocket');
    const { host } = new URL(gateway.url);
    const h2c = 'Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__';
    expect(await rawRequest(gateway.url, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n${h2c}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 200 /,
    );
  });

  it('is refused when there are too many', async () => {
    const small = await start({ EVENT_STREAMS: '1' });
    try {
      const first = await follow(admin, {}, small);
      await expect(follow(admin, {}, small)).rejects.toThrow('response: 503');
      expect(await small.send('GET', '/v1/events', { token: admin })).toMatchObject({ status: 503 });
      first.close();
      await eventually(async () => (await follow(admin, {}, small)).close());
    } finally {
      await small.close();
    }
  });
});

describe('what one sees', () => {
  it('is limited to the own tenant and to the ACL', async () => {
    const body = { name: 'apart', admin: { username: 'chief', password } };
    expect(await gateway.send('POST', '/v1/tenants', { token: admin, body })).toMatchObject({ status: 201 });
    const chief = await gateway.logIn({ tenant: 'apart', username: 'chief', password });
    const user = await newUser();
    const plain = await gateway.logIn({ username: user.username, password });
    const [foreign, person, all] = await Promise.all([follow(chief), follow(plain), follow()]);
    for (const client of [foreign, person, all]) await client.subscribe('a', { types: ['message_created'] });
    const box = 'voicemails.global.messages.created';
    const [secret = ''] = await publisher.publish(tenantId);
    const [own = ''] = await publisher.publish(tenantId, {
      audience: [`users.${user.id}.voicemails.messages.created`],
    });
    const [shared = ''] = await publisher.publish(tenantId, { audience: [box] });
    await eventually(() => expect(ids(all, 'a')).toEqual([secret, own, shared]));
    await eventually(() => expect(ids(person, 'a')).toEqual([own, shared]));
    expect(foreign.of('event')).toEqual([]);
  });

  it('follows the rights of the token while it is open', async () => {
    const user = await newUser();
    const token = await gateway.logIn({ username: user.username, password });
    const [client, all] = await Promise.all([follow(token), follow()]);
    for (const one of [client, all]) await one.subscribe('a', { types: ['message_created'] });
    const [before = ''] = await publisher.publish(tenantId);
    await eventually(() => expect(ids(all, 'a')).toEqual([before]));
    const change = await gateway.send('PATCH', `/v1/users/${user.id}`, { token: admin, body: { role: 'admin' } });
    expect(change.status).toBe(200);
    await eventually(async () => {
      const [id = ''] = await publisher.publish(tenantId);
      await eventually(() => expect(ids(all, 'a')).toContain(id));
      expect(ids(client, 'a')).toContain(id);
    });
    expect(ids(client, 'a')).not.toContain(before);
  });
});

describe('a WebSocket ends', () => {
  it('within five seconds of its token', async () => {
    const token = await gateway.logIn();
    const [client, other] = [await follow(token), await follow()];
    await gateway.send('DELETE', '/v1/tokens/current', { token });
    await closed(client, 4401);
    expect(other.closed).toBeUndefined();
  });

  it.each<[string, (client: SocketClient) => void, number]>([
    ['a binary message', ({ socket }) => socket.send(Buffer.from('{"op":"ping"}'), { binary: true }), 1003],
    ['a message that is too large', ({ socket }) => socket.send('x'.repeat(17_000)), 1009],
    ['text that is none', ({ socket }) => socket.send(Buffer.from([0xff, 0xfe]), { binary: false }), 1007],
  ])('with %s', async (_, send, code) => {
    const client = await follow();
    send(client);
    await closed(client, code);
  });

  it('with its gateway, also when the client does not answer', async () => {
    const other = await start();
    const [client, deaf] = [await follow(admin, {}, other), await follow(admin, {}, other)];
    await client.subscribe('a');
    deaf.socket.pause();
    const begun = performance.now();
    await other.close();
    expect(performance.now() - begun).toBeLessThan(3_000);
    await closed(client, 1001);
  });

  it('when its client no longer answers pings', async () => {
    const answering = await follow();
    const dead = await deadPeer();
    await eventually(() => expect(dead.destroyed).toBe(true));
    expect(answering.closed).toBeUndefined();
  });

  it('when it is read too slowly, and can be resumed behind what was read; nobody else waits', async () => {
    // Its heartbeats leave a reader the time to be slow.
    const patient = await start({ EVENT_HEARTBEAT_MS: '60000' });
    try {
      const [slow, quick] = [await follow(admin, {}, patient), await follow(admin, {}, patient)];
      for (const client of [slow, quick]) await client.subscribe('a', { types: ['message_created'] });
      slow.socket.pause();
      const published: string[] = [];
      while (published.length < 800) {
        published.push(...(await publisher.publish(tenantId, { count: 40, bytes: 15_000 })));
        await eventually(() => expect(ids(quick, 'a')).toHaveLength(published.length));
      }
      expect(ids(quick, 'a')).toEqual(published);
      slow.socket.resume();
      await closed(slow, 4429);
      const read = ids(slow, 'a');
      expect(read.length).toBeLessThan(published.length);
      const again = await follow(admin, {}, patient);
      await again.subscribe('a', { types: ['message_created'], after: slow.lastCursor('a') });
      await eventually(() => expect([...read, ...ids(again, 'a')]).toHaveLength(published.length));
      expect([...read, ...ids(again, 'a')]).toEqual(published);
      expect(quick.closed).toBeUndefined();
    } finally {
      await patient.close();
    }
  });
});

/** A connection whose other side reads what comes and never answers. */
const deadPeer = async () => {
  const { hostname, port, host } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.write(`GET /v1/events/ws HTTP/1.1\r\nHost: ${host}\r\nX-Auth-Token: ${admin}\r\n${upgrade}\r\n${key}\r\n\r\n`);
  await eventually(() => expect(answer).toMatch(/^HTTP\/1.1 101 /));
  return socket;
};

describe('a message that is refused', () => {
  it.each([
    ['no JSON', 'hello', { code: 'invalid-message' }],
    ['no object', '[]', { code: 'invalid-message' }],
    ['an operation that is none', '{"op":"publish","id":"x"}', { code: 'invalid-message', id: 'x' }],
    ['a type that is none', '{"op":"subscribe","id":"x","types":["quake"]}', { code: 'invalid-message', id: 'x' }],
    ['a field that is none', '{"op":"subscribe","id":"x","since":1}', { code: 'invalid-message', id: 'x' }],
    ['a cursor that is none', '{"op":"subscribe","id":"x","after":"zzz"}', { code: 'cursor-invalid', id: 'x' }],
    ['an end of nothing', '{"op":"unsubscribe","id":"x"}', { code: 'not-subscribed', id: 'x' }],
  ])('%s leaves the connection open', async (_, text, error) => {
    const client = await follow();
    client.socket.send(text);
    await eventually(() => expect(client.of('error')).toMatchObject([error]));
    await client.subscribe('x');
  });

  it('is a subscription too many, or one that is there', async () => {
    const client = await follow();
    for (let n = 0; n < 20; n++) client.send({ op: 'subscribe', id: `s${n}` });
    client.send({ op: 'subscribe', id: 's20' });
    client.send({ op: 'subscribe', id: 's1' });
    await eventually(() => expect(client.of('subscribed')).toHaveLength(20));
    expect(client.of('error')).toMatchObject([
      { id: 's20', code: 'too-many-subscriptions' },
      { id: 's1', code: 'id-in-use' },
    ]);
  });
});
