import { connect } from 'node:net';
import { eventually } from '@aftertone/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LiveUnderTest, password } from '../test-support/live-under-test.ts';
import { rawRequest } from '../test-support/raw-request.ts';
import { SocketClient } from '../test-support/socket-client.ts';

let live: LiveUnderTest;

beforeAll(async () => {
  live = await LiveUnderTest.start();
});

afterEach(() => live.leave());

afterAll(() => live?.close());

const ids = (client: SocketClient, id: string): string[] => client.of('event', id).map(({ event }) => event.id);

const closed = (client: SocketClient, code: number) =>
  eventually(() => expect(client.closed).toMatchObject({ code }), { timeoutMs: 5_000 });

/** A connection whose other side reads what comes and never answers. */
const deadPeer = async () => {
  const { hostname, port, host } = new URL(live.gateway.url);
  const socket = connect(Number(port), hostname);
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.write(
    `GET /v1/events/ws HTTP/1.1\r\nHost: ${host}\r\nX-Auth-Token: ${live.admin}\r\n${upgrade}\r\n${key}\r\n\r\n`,
  );
  await eventually(() => expect(answer).toMatch(/^HTTP\/1.1 101 /));
  return socket;
};

describe('who may open one', () => {
  it.each([
    ['no token', {}],
    ['a wrong one', { headers: { authorization: 'Bearer at_wrong' } }],
    ['a wrong one as protocol', { headers: {}, protocols: ['aftertone.events.v1', 'aftertone.bearer.at_wrong'] }],
  ])('is nobody with %s', async (_, options) => {
    await expect(SocketClient.open(live.gateway.url, '', { headers: {}, ...options })).rejects.toThrow('response: 401');
  });

  it('is told by a problem document, and nothing is left open', async () => {
    const { host } = new URL(live.gateway.url);
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const ask = (path: string): Promise<string> =>
      rawRequest(live.gateway.url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${upgrade}\r\n${key}\r\n\r\n`);
    expect(await ask('/v1/events/ws')).toMatch(/^HTTP\/1.1 401 [\s\S]*"code":"unauthenticated"/);
    expect(await ask('/v1/nowhere')).toMatch(/^HTTP\/1.1 404 /);
    expect(await ask('/healthz')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('is nobody without an upgrade, and other upgrades change nothing', async () => {
    const answer = await live.gateway.send('GET', '/v1/events/ws', { token: live.admin });
    expect(answer).toMatchObject({ status: 426, body: { code: 'upgrade-required' } });
    expect(answer.headers.get('upgrade')).toBe('websocket');
    const { host } = new URL(live.gateway.url);
    const h2c = 'Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__';
    expect(await rawRequest(live.gateway.url, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n${h2c}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 200 /,
    );
  });

  it('is refused when there are too many', async () => {
    const small = await live.replica({ EVENT_STREAMS: '1' });
    try {
      const first = await live.follow(live.admin, {}, small);
      await expect(live.follow(live.admin, {}, small)).rejects.toThrow('response: 503');
      expect(await small.send('GET', '/v1/events', { token: live.admin })).toMatchObject({ status: 503 });
      first.close();
      await eventually(async () => (await live.follow(live.admin, {}, small)).close());
    } finally {
      await small.close();
    }
  });
});

describe('a WebSocket ends', () => {
  it('within five seconds of its token', async () => {
    const token = await live.gateway.logIn();
    const [client, other] = [await live.follow(token), await live.follow()];
    await live.gateway.send('DELETE', '/v1/tokens/current', { token });
    await closed(client, 4401);
    expect(other.closed).toBeUndefined();
  });

  it('when the token no longer allows events', async () => {
    const { gateway, admin } = live;
    const { id, username } = await live.newUser();
    const client = await live.follow(await gateway.logIn({ username, password }));
    const body = { name: 'silent', acl: ['aftertone.users.me.read'] };
    const policy = await gateway.send<{ id: string }>('POST', '/v1/policies', { token: admin, body });
    expect(policy.status).toBe(201);
    await gateway.send('PATCH', `/v1/users/${id}`, { token: admin, body: { policyIds: [policy.body.id] } });
    await closed(client, 4403);
  });

  it.each<[string, (client: SocketClient) => void, number]>([
    ['a binary message', ({ socket }) => socket.send(Buffer.from('{"op":"ping"}'), { binary: true }), 1003],
    ['a message that is too large', ({ socket }) => socket.send('x'.repeat(17_000)), 1009],
    ['text that is none', ({ socket }) => socket.send(Buffer.from([0xff, 0xfe]), { binary: false }), 1007],
  ])('with %s', async (_, send, code) => {
    const client = await live.follow();
    send(client);
    await closed(client, code);
  });

  it('with its gateway, also when the client does not answer', async () => {
    const other = await live.replica();
    const [client, deaf] = [await live.follow(live.admin, {}, other), await live.follow(live.admin, {}, other)];
    await client.subscribe('a');
    deaf.socket.pause();
    const begun = performance.now();
    await other.close();
    expect(performance.now() - begun).toBeLessThan(3_000);
    await closed(client, 1001);
  });

  it('when its client no longer answers pings', async () => {
    const answering = await live.follow();
    const dead = await deadPeer();
    await eventually(() => expect(dead.destroyed).toBe(true));
    expect(answering.closed).toBeUndefined();
  });

  it('when it is read too slowly, and can be resumed behind what was read; nobody else waits', async () => {
    // Its heartbeats leave a reader the time to be slow.
    const patient = await live.replica({ EVENT_HEARTBEAT_MS: '60000' });
    try {
      const [slow, quick] = [await live.follow(live.admin, {}, patient), await live.follow(live.admin, {}, patient)];
      for (const client of [slow, quick]) await client.subscribe('a', { types: ['message_created'] });
      slow.socket.pause();
      const published: string[] = [];
      while (published.length < 800) {
        published.push(...(await live.publisher.publish(live.tenantId, { count: 40, bytes: 15_000 })));
        await eventually(() => expect(ids(quick, 'a')).toHaveLength(published.length));
      }
      expect(ids(quick, 'a')).toEqual(published);
      slow.socket.resume();
      await closed(slow, 4429);
      const read = ids(slow, 'a');
      expect(read.length).toBeLessThan(published.length);
      const again = await live.follow(live.admin, {}, patient);
      await again.subscribe('a', { types: ['message_created'], after: slow.lastCursor('a') });
      await eventually(() => expect([...read, ...ids(again, 'a')]).toHaveLength(published.length));
      expect([...read, ...ids(again, 'a')]).toEqual(published);
      expect(quick.closed).toBeUndefined();
    } finally {
      await patient.close();
    }
  });
});
