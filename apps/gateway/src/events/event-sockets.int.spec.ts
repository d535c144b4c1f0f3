import { eventually } from '@aftertone/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EventReader } from '../test-support/event-reader.ts';
import { LiveUnderTest, password } from '../test-support/live-under-test.ts';
import type { SocketClient } from '../test-support/socket-client.ts';

let live: LiveUnderTest;

beforeAll(async () => {
  live = await LiveUnderTest.start();
});

afterEach(() => live.leave());

afterAll(() => live?.close());

const ids = (client: SocketClient, id: string): string[] => client.of('event', id).map(({ event }) => event.id);

describe('a WebSocket', () => {
  it('carries several subscriptions, each with its types and place', async () => {
    const client = await live.follow();
    expect(client.socket.protocol).toBe('aftertone.events.v1');
    const before = await live.newUser();
    await client.subscribe('now', { types: ['user_created'] });
    await client.subscribe('all', { after: 'first', types: ['user_created', 'tenant_created'] });
    await client.subscribe('none', { types: ['mailbox_created'] });
    const user = await live.newUser();
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
    const client = await live.follow();
    await client.subscribe('a', { after: 'first', types: ['user_created'] });
    const last = await live.newUser();
    await client.untilUser('a', last.username);
    const all = client.usernames('a');
    const other = await live.replica();
    try {
      const second = await live.follow(live.admin, {}, other);
      for (const [n, { cursor }] of [...client.of('event', 'a').entries()].slice(-3, -1)) {
        await second.subscribe(`from${n}`, { after: cursor, types: ['user_created'] });
        await second.untilUser(`from${n}`, last.username);
        expect(second.usernames(`from${n}`)).toEqual(all.slice(n + 1));
        const reader = await EventReader.open(other.url, live.admin, `?after=${cursor}&types=user_created`);
        await reader.untilUser(last.username);
        expect(reader.usernames()).toEqual(all.slice(n + 1));
        reader.close();
      }
    } finally {
      await other.close();
    }
  });

  it('resumes while events come without a pause, without a gap or a repeat', async () => {
    const reference = await live.follow();
    await reference.subscribe('a', { types: ['message_created'] });
    const seen: string[] = [];
    const expected: string[] = [];
    let client = await live.follow();
    await client.subscribe('a', { types: ['message_created'] });
    let isOver = false;
    const publishing = (async () => {
      while (!isOver) expected.push(...(await live.publisher.publish(live.tenantId, { count: 10, bytes: 500 })));
    })();
    for (let round = 0; round < 10; round++) {
      await eventually(() => expect(client.of('event', 'a').length).toBeGreaterThan(20), { everyMs: 1 });
      const cursor = client.lastCursor('a');
      seen.push(...ids(client, 'a'));
      client.close();
      client = await live.follow();
      await client.subscribe('a', { types: ['message_created'], after: cursor });
    }
    isOver = true;
    await publishing;
    await eventually(() => expect([...seen, ...ids(client, 'a')]).toHaveLength(expected.length));
    expect([...seen, ...ids(client, 'a')]).toEqual(expected);
    await eventually(() => expect(ids(reference, 'a')).toEqual(expected));
  });

  it('moves its cursors on while nothing comes for it, and answers pings', async () => {
    const client = await live.follow();
    await client.subscribe('quiet', { types: ['mailbox_created'] });
    const begun = client.lastCursor('quiet');
    await live.newUser();
    await eventually(() => {
      expect(client.of('beat').at(-1)?.cursors.quiet).toBeTypeOf('string');
      expect(client.of('beat').at(-1)?.cursors.quiet).not.toBe(begun);
    });
    client.send({ op: 'ping' });
    await eventually(() => expect(client.of('pong')).toHaveLength(1));
  });

  it('stops a subscription and gives its name free', async () => {
    const client = await live.follow();
    await client.subscribe('a', { types: ['user_created'] });
    await client.subscribe('b', { types: ['user_created'] });
    client.send({ op: 'unsubscribe', id: 'a' });
    await eventually(() => expect(client.of('unsubscribed', 'a')).toHaveLength(1));
    const missed = await live.newUser();
    await client.untilUser('b', missed.username);
    expect(client.of('event', 'a')).toEqual([]);
    await client.subscribe('a', { types: ['user_created'], after: client.of('unsubscribed', 'a')[0]?.cursor ?? '' });
    await client.untilUser('a', missed.username);
    expect(client.usernames('a')).toEqual([missed.username]);
  });

  it('takes a token that a browser offers as a protocol, and never says it back', async () => {
    const protocols = ['aftertone.events.v1', `aftertone.bearer.${live.admin}`];
    const client = await live.follow(live.admin, { protocols, headers: {} });
    expect(client.socket.protocol).toBe('aftertone.events.v1');
    client.send({ op: 'ping' });
    await eventually(() => expect(client.of('pong')).toHaveLength(1));
  });
});

describe('what one sees', () => {
  it('is limited to the own tenant and to the ACL', async () => {
    const body = { name: 'apart', admin: { username: 'chief', password } };
    expect(await live.gateway.send('POST', '/v1/tenants', { token: live.admin, body })).toMatchObject({ status: 201 });
    const chief = await live.gateway.logIn({ tenant: 'apart', username: 'chief', password });
    const user = await live.newUser();
    const plain = await live.gateway.logIn({ username: user.username, password });
    const [foreign, person, all] = await Promise.all([live.follow(chief), live.follow(plain), live.follow()]);
    for (const client of [foreign, person, all]) await client.subscribe('a', { types: ['message_created'] });
    const box = 'voicemails.global.messages.created';
    const [secret = ''] = await live.publisher.publish(live.tenantId);
    const [own = ''] = await live.publisher.publish(live.tenantId, {
      audience: [`users.${user.id}.voicemails.messages.created`],
    });
    const [shared = ''] = await live.publisher.publish(live.tenantId, { audience: [box] });
    await eventually(() => expect(ids(all, 'a')).toEqual([secret, own, shared]));
    await eventually(() => expect(ids(person, 'a')).toEqual([own, shared]));
    expect(foreign.of('event')).toEqual([]);
  });

  it('is another tenant below the own one for an administrator who names it, for as long as the token lives', async () => {
    const body = { name: 'below', admin: { username: 'chief', password } };
    const { body: tenant } = await live.gateway.send<{ id: string }>('POST', '/v1/tenants', {
      token: live.admin,
      body,
    });
    const headers = { authorization: `Bearer ${live.admin}`, 'x-tenant': 'below' };
    const client = await live.follow(live.admin, { headers });
    await client.subscribe('a', { types: ['message_created'] });
    const token = await live.gateway.logIn();
    const ending = await live.follow(token);
    await live.gateway.send('DELETE', '/v1/tokens/current', { token });
    await eventually(() => expect(ending.closed).toBeDefined());
    await live.publisher.publish(live.tenantId);
    const [told = ''] = await live.publisher.publish(tenant.id);
    await eventually(() => expect(ids(client, 'a')).toEqual([told]));
  });

  it('follows the rights of the token while it is open', async () => {
    const user = await live.newUser();
    const token = await live.gateway.logIn({ username: user.username, password });
    const [client, all] = await Promise.all([live.follow(token), live.follow()]);
    for (const one of [client, all]) await one.subscribe('a', { types: ['message_created'] });
    const [before = ''] = await live.publisher.publish(live.tenantId);
    await eventually(() => expect(ids(all, 'a')).toEqual([before]));
    const change = await live.gateway.send('PATCH', `/v1/users/${user.id}`, {
      token: live.admin,
      body: { role: 'admin' },
    });
    expect(change.status).toBe(200);
    await eventually(async () => {
      const [id = ''] = await live.publisher.publish(live.tenantId);
      await eventually(() => expect(ids(all, 'a')).toContain(id));
      expect(ids(client, 'a')).toContain(id);
    });
    expect(ids(client, 'a')).not.toContain(before);
  });
});

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
    const client = await live.follow();
    client.socket.send(text);
    await eventually(() => expect(client.of('error')).toMatchObject([error]));
    await client.subscribe('x');
  });

  it('is a subscription too many, or one that is there', async () => {
    const client = await live.follow();
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
