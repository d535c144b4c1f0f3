import { connectBus } from '@aftertone/messaging';
import { createLogger } from '@aftertone/platform';
import { busUsers, eventually, freePort, natsKinds, type OwnNats, startNats, systemUser } from '@aftertone/testing';
import { createAccount, createCurve } from '@nats-io/nkeys';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestLogins } from '../../test-support/test-logins.ts';
import { busUserOf } from '../logins.ts';
import { answerLogins } from './callout.ts';
import { type Connection, listConnections } from './connections.ts';
import { cutOff } from './cut-off.ts';
import { tokenIdOf } from './user-name.ts';

const [, newer] = natsKinds();
const passwords = { mailbox: 'm', media: 'a', notify: 'n', gateway: 'g', admin: 'x' };
const logger = createLogger({ service: 'gateway', level: 'silent' });

describe('on a cluster of newer NATS servers', () => {
  const run = newer.missing === undefined ? it : it.skip;
  const keys = { issuer: createAccount(), curve: createCurve() };
  const system = systemUser('system');
  const logins = new TestLogins();
  const clients: NatsConnection[] = [];
  const ends: (() => Promise<unknown>)[] = [];
  let servers: OwnNats[] = [];
  let work: Parameters<typeof cutOff>[0];

  beforeAll(async () => {
    if (newer.missing !== undefined) return console.log(newer.missing);
    const source = await newer.source();
    const ports = [await freePort(), await freePort()];
    const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(', ');
    const callout = { issuer: keys.issuer.getPublicKey(), curve: keys.curve.getPublicKey() };
    servers = await Promise.all(
      ports.map((port) =>
        startNats({
          source,
          users: busUsers('c1', passwords),
          directLogins: { system, callout },
          configExtra: `cluster { name: test, listen: "127.0.0.1:${port}", routes: [${routes}] }`,
        }),
      ),
    );
    const url = `nats://${new URL(servers[0]?.url ?? '').host}`;
    const bus = connectBus({ url, user: 'gateway', password: passwords.gateway, name: 'gateway' });
    const systemBus = connectBus({ url, user: system.name, password: system.password, name: 'system' });
    await Promise.all([bus.whenUp(), systemBus.whenUp()]);
    work = { system: systemBus, logins, logger };
    const answering = answerLogins({ ...work, bus, keys });
    ends.push(
      () => answering.stop(),
      () => bus.close(),
      () => systemBus.close(),
    );
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    for (const end of ends) await end();
    await Promise.all(servers.map((server) => server.remove()));
  });

  const enter = async (server: OwnNats | undefined, { text, login } = logins.issue()) => {
    const servers = new URL(server?.url ?? '').host;
    // The servers need a moment to find each other, until when the second one asks nobody.
    const client = await eventually(() =>
      connect({ servers, user: busUserOf(login.tokenId), pass: text, reconnect: false }),
    );
    clients.push(client);
    return { client, token: { text, login }, tokenId: login.tokenId };
  };

  run('lists connections of all servers page by page, and ends those that are to end wherever they are', async () => {
    const issued = Array.from({ length: 5 }, () => logins.issue());
    const entered: Awaited<ReturnType<typeof enter>>[] = [];
    for (const [at, token] of issued.entries()) entered.push(await enter(servers[at % 2], token));
    const listed: Connection[] = [];
    for await (const page of listConnections(work.system.connection(), 2)) {
      expect(page.length).toBeLessThanOrEqual(2);
      listed.push(...page);
    }
    expect(listed.map(({ user }) => tokenIdOf(user)).sort()).toEqual(entered.map(({ tokenId }) => tokenId).sort());
    expect(new Set(listed.map(({ serverId }) => serverId)).size).toBe(2);

    for (const token of issued.slice(0, 2)) logins.revoke(token);
    await cutOff(work);
    await eventually(() =>
      expect(entered.map(({ client }) => client.isClosed())).toEqual([true, true, false, false, false]),
    );
  });

  run('ends nothing while the store of tokens fails', async () => {
    const { client } = await enter(servers[0]);
    logins.failure = new Error('the store does not answer');
    await expect(cutOff(work)).rejects.toThrow('the store does not answer');
    logins.failure = undefined;
    await cutOff(work);
    expect(client.isClosed()).toBe(false);
  });
});
