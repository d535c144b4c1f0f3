import { callHeaders, eventStreamName, mailboxQueries, rpcSubject, type Tenant } from '@aftertone/contracts';
import type { Page } from '@aftertone/event-store';
import { StreamPositions } from '@aftertone/messaging';
import { eventually, freshDatabase, type OwnNats, startNats, type TestDatabase } from '@aftertone/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventReader } from '../test-support/event-reader.ts';
import { type GatewayUnderTest, startGateway } from '../test-support/start-gateway.ts';
import type { Cell } from './cells.ts';

const password = 'a password long enough';
const nowhere = 'http://127.0.0.1:9';

let database: TestDatabase;
let one: OwnNats;
let two: OwnNats;
let gateway: GatewayUnderTest;
let root: string;

const start = (): Promise<GatewayUnderTest> =>
  startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: one.url,
    AFTERTONE_CELLS: JSON.stringify({ c2: { NATS_URL: two.url, MEDIA_URL: nowhere } }),
  });

beforeAll(async () => {
  [database, one, two] = await Promise.all([freshDatabase(), startNats(), startNats()]);
  gateway = await start();
  root = await gateway.logIn();
});
afterAll(async () => {
  await gateway?.close();
  await Promise.all([one?.remove(), two?.remove(), database?.drop()]);
});

const create = (token: string, name: string, more: { cell?: string } = {}) =>
  gateway.send<Tenant & { code: string; errors: unknown }>('POST', '/v1/tenants', {
    token,
    body: { name, admin: { username: 'chief', password }, ...more },
  });

const made = async (token: string, name: string, cell?: string) => {
  const { status, body } = await create(token, name, cell === undefined ? {} : { cell });
  expect(status).toBe(201);
  return { tenant: body, token: await gateway.logIn({ tenant: name, username: 'chief', password }) };
};

/** Ids of the tenants of which a cell's stream tells. */
const toldOf = async ({ bus, name }: Cell): Promise<string[]> => {
  const manager = await jetstreamManager(bus.connection());
  const { state } = await manager.streams.info(eventStreamName(name, 'gateway'), { subjects_filter: '>' });
  return [...new Set(Object.keys(state.subjects ?? {}).map((subject) => subject.split('.')[1] ?? ''))].sort();
};

/** Answers as the mailbox-svc of a cell; gives back whom it was asked for. */
const answering = ({ bus, name }: Cell): string[] => {
  const asked: string[] = [];
  bus.connection().subscribe(rpcSubject(mailboxQueries.listMailboxes, name), {
    callback: (_error, message) => {
      asked.push(message.headers?.get(callHeaders.tenant) ?? '');
      message.respond(JSON.stringify({ items: [], next: null } satisfies Page<unknown>));
    },
  });
  return asked;
};

describe('a tenant', () => {
  it('is created where an administrator of the platform says, otherwise with its parent, for good', async () => {
    const there = await made(root, 'there', 'c2');
    const here = await made(root, 'here');
    expect([there.tenant.cell, here.tenant.cell]).toEqual(['c2', 'c1']);
    expect((await made(there.token, 'below-there')).tenant.cell).toBe('c2');
    const path = `/v1/tenants/${there.tenant.id}`;
    expect((await gateway.send('GET', path, { token: root })).body).toMatchObject({ cell: 'c2' });
    const listed = await gateway.send<Page<Tenant>>('GET', '/v1/tenants', { token: root });
    expect(listed.body.items.map(({ name, cell }) => `${name} ${cell}`)).toEqual(
      expect.arrayContaining(['root c1', 'there c2', 'here c1', 'below-there c2']),
    );
    const changed = await gateway.send('PATCH', path, { token: root, body: { multipleSharedMailboxes: false } });
    expect(changed.body).toMatchObject({ cell: 'c2', multipleSharedMailboxes: false });
    expect((await gateway.send('PATCH', path, { token: root, body: { cell: 'c1' } })).status).toBe(400);
  });

  it('is not created in a cell that there is not, nor where somebody else than the platform chooses', async () => {
    const unknown = await create(root, 'nowhere', { cell: 'c9' });
    expect([unknown.status, unknown.body.code]).toEqual([400, 'unknown-cell']);
    expect(unknown.body.errors).toEqual([{ path: 'cell', message: 'must be one of c1, c2' }]);
    const reseller = await made(root, 'reseller');
    const chosen = await create(reseller.token, 'chosen', { cell: 'c2' });
    expect([chosen.status, chosen.body.code]).toEqual([403, 'platform-administrator-required']);
  });
});

describe('what the gateway says and asks', () => {
  it('goes to the cell of the tenant, and to no other', async () => {
    const { cells } = gateway.parts;
    const [home, away] = [cells.home, cells.of('c2')];
    const asked = [answering(home), answering(away)];
    const [here, there] = [await made(root, 'asks-here'), await made(root, 'asks-there', 'c2')];
    for (const { token } of [here, there]) {
      expect((await gateway.send('GET', '/v1/mailboxes', { token })).status).toBe(200);
    }
    const acting = { token: root, headers: { 'x-tenant': 'asks-there' } };
    expect((await gateway.send('GET', '/v1/mailboxes', acting)).status).toBe(200);
    expect(asked).toEqual([[here.tenant.id], [there.tenant.id, there.tenant.id]]);
  });

  it('of people is told where they live, live and from the log', async () => {
    const { cells } = gateway.parts;
    const [here, there] = [await made(root, 'told-here'), await made(root, 'told-there', 'c2')];
    const readers = await Promise.all(
      [here, there].map(({ token }) => EventReader.open(gateway.url, token, '?types=user_created')),
    );
    const body = { username: 'ana', password };
    for (const { token } of [here, there]) await gateway.send('POST', '/v1/users', { token, body });
    for (const [n, { tenant }] of [here, there].entries()) {
      await eventually(() => expect(readers[n]?.events.map(({ event }) => event.tenantid)).toEqual([tenant.id]));
    }
    for (const reader of readers) reader.close();
    const late = await EventReader.open(gateway.url, there.token, '?after=first&types=user_created');
    await eventually(() => expect(late.events).toHaveLength(2));
    late.close();
    const { items } = (await gateway.send<Page<Tenant>>('GET', '/v1/tenants?limit=200', { token: root })).body;
    for (const cell of cells.all) {
      const own = items.filter((tenant) => tenant.cell === cell.name).map(({ id }) => id);
      await eventually(async () => expect(await toldOf(cell)).toEqual(own.sort()));
    }
  });

  it('is the same from every gateway in front of the cells', async () => {
    const there = await made(root, 'seen-by-two', 'c2');
    const second = await start();
    try {
      const reader = await EventReader.open(second.url, there.token, '?types=user_created');
      const user = { token: there.token, body: { username: 'eve', password } };
      expect((await gateway.send('POST', '/v1/users', user)).status).toBe(201);
      await eventually(() => expect(reader.events.map(({ event }) => event.tenantid)).toEqual([there.tenant.id]));
      reader.close();
    } finally {
      await second.close();
    }
  });

  it('does not keep one cell waiting for another', async () => {
    const { cells } = gateway.parts;
    const [here, there] = [await made(root, 'lives'), await made(root, 'waits', 'c2')];
    await two.kill();
    await eventually(() => expect(cells.of('c2').bus.isUp).toBe(false));
    const asked = await gateway.send('GET', '/v1/mailboxes', { token: there.token });
    expect([asked.status, asked.body.code]).toEqual([503, 'service-unavailable']);
    expect((await gateway.send('GET', '/v1/mailboxes', { token: here.token })).status).toBe(200);
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
    // Users are the gateway's own: they are made, and the cell is told when it is back.
    const body = { username: 'ben', password };
    expect((await gateway.send('POST', '/v1/users', { token: there.token, body })).status).toBe(201);
    await two.start();
    await eventually(async () => {
      const positions = await StreamPositions.of(cells.of('c2').bus, 'c2', 'gateway');
      expect(await positions?.last()).toBe(await gateway.parts.database.store.log.headPosition());
    });
  });

  it('is refused for a tenant in a cell that the gateway is not told of (any more)', async () => {
    const there = await made(root, 'forgotten', 'c2');
    const other = await startGateway({ DATABASE_URL_GATEWAY: database.url, NATS_URL: one.url });
    try {
      const asked = await other.send('GET', '/v1/mailboxes', { token: there.token });
      expect([asked.status, asked.body.code]).toEqual([503, 'service-unavailable']);
      expect((await other.send('GET', '/v1/tenants', { token: there.token })).status).toBe(200);
    } finally {
      await other.close();
    }
  });
});
