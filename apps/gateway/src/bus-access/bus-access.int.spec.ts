import { randomUUID } from 'node:crypto';
import { eventually, freshDatabase, natsKinds, natsUrl } from '@aftertone/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busPasswords, startOpenNats } from '../test-support/open-nats.ts';
import { type GatewayUnderTest, startGateway } from '../test-support/start-gateway.ts';
import type { DirectConnection } from './bus-access.ts';

const path = '/v1/events/nats';

it('says that the bus is for the services only where it is', async () => {
  const database = await freshDatabase();
  const gateway = await startGateway({ DATABASE_URL_GATEWAY: database.url, NATS_URL: natsUrl() });
  try {
    const token = await gateway.logIn();
    expect(await gateway.send('POST', path, { token })).toMatchObject({
      status: 422,
      body: { code: 'bus-access-off' },
    });
    expect(await gateway.send('POST', path)).toMatchObject({ status: 401 });
  } finally {
    await gateway.close();
    await database.drop();
  }
});

describe.each(natsKinds())('on $name', (kind) => {
  const run = kind.missing === undefined ? it : it.skip;
  const ends: (() => Promise<unknown>)[] = [];
  let gateway: GatewayUnderTest;
  let admin: NatsConnection;

  beforeAll(async () => {
    if (kind.missing !== undefined) return console.log(kind.missing);
    const { nats, host, settings } = await startOpenNats(kind);
    ends.push(() => nats.remove());
    const database = await freshDatabase();
    ends.push(() => database.drop());
    gateway = await startGateway({ DATABASE_URL_GATEWAY: database.url, ...settings });
    ends.push(() => gateway.close());
    admin = await connect({ servers: host, user: 'admin', pass: busPasswords.admin });
    ends.push(() => admin.close());
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  const enter = async (token: string) => {
    const { status, body } = await gateway.send<DirectConnection>('POST', path, { token });
    expect(status).toBe(200);
    const { servers, user, inboxPrefix, subjects } = body;
    const hosts = servers.map((server) => new URL(server).host);
    const client = await connect({ servers: hosts, user, pass: token, inboxPrefix, reconnect: false });
    ends.push(() => client.close());
    return { client, subjects };
  };

  const newUser = async () => {
    const token = await gateway.logIn();
    const body = { username: `u-${randomUUID()}`, password: 'correct horse battery' };
    const made = await gateway.send<{ id: string; tenantId: string }>('POST', '/v1/users', { token, body });
    expect(made.status).toBe(201);
    return { ...made.body, token: await gateway.logIn({ username: body.username, password: body.password }) };
  };

  run('a user hears of what is theirs, until the token is revoked', async () => {
    const { id, tenantId, token } = await newUser();
    const { client } = await enter(token);
    const got: string[] = [];
    const subject = `evt.${tenantId}.users.${id}.voicemails.messages.created`;
    client.subscribe(subject, { callback: (error, message) => void (error ?? got.push(message.string())) });
    await client.flush();
    admin.publish(subject, 'a message');
    await eventually(() => expect(got).toEqual(['a message']));
    expect(await gateway.send('DELETE', '/v1/tokens/current', { token })).toMatchObject({ status: 204 });
    await eventually(() => expect(client.isClosed()).toBe(true), { timeoutMs: 5_000 });
  });

  run('a deleted user is off the bus', async () => {
    const { id, token } = await newUser();
    const { client } = await enter(token);
    const root = await gateway.logIn();
    expect(await gateway.send('DELETE', `/v1/users/${id}`, { token: root })).toMatchObject({ status: 204 });
    await eventually(() => expect(client.isClosed()).toBe(true), { timeoutMs: 5_000 });
  });

  run('a user may not listen to what only an administrator may', async () => {
    const { id, tenantId, token } = await newUser();
    const { client } = await enter(token);
    const refused: string[] = [];
    for (const subject of ['evt.>', `evt.${tenantId}.>`, `evt.${tenantId}.users.*.>`, `evt.${tenantId}.mailboxes.>`])
      client.subscribe(subject, { callback: (error) => void (error && refused.push(subject)) });
    client.subscribe(`evt.${tenantId}.users.${id}.voicemails.messages.created`, { callback: () => undefined });
    await eventually(() => expect(refused).toHaveLength(4));
  });
});
