import { randomUUID } from 'node:crypto';
import { cloudEvent, type Tenant, type User } from '@aftertone/contracts';
import { createLogger } from '@aftertone/platform';
import { eventually, natsKinds } from '@aftertone/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cell, type OpenedSubscription, SubscribedBus } from '../test-support/subscribed-bus.ts';
import { ConsumerUpkeep } from './consumers/consumer-upkeep.ts';
import { Overseer } from './consumers/overseer.ts';

const password = 'a password long enough';
const stream = `EVT_${cell}_gateway`;
const common = ['aftertone.events.read', 'aftertone.subscriptions.#'];

const [oldest] = natsKinds();

describe.each(natsKinds())('what subscriptions reach on $name', (kind) => {
  const oneFilterEach = kind.name === oldest.name;
  const run = kind.missing === undefined ? it : it.skip;
  let bus: SubscribedBus;
  let admin: string;
  let made = 0;

  beforeAll(async () => {
    if (kind.missing !== undefined) return console.log(kind.missing);
    bus = await SubscribedBus.start(kind);
    admin = await bus.gateway.logIn();
  });
  afterAll(() => bus?.remove());

  const post = async <Body>(path: string, body: object, token = admin, headers = {}): Promise<Body> => {
    const answer = await bus.gateway.send<Body>('POST', path, { token, body, headers });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  };
  const newName = (): string => {
    made += 1;
    return `n${made}`;
  };
  const newUser = (more: object = {}, headers = {}): Promise<User> =>
    post('/v1/users', { username: newName(), password, ...more }, admin, headers);
  const newPolicy = (acl: readonly string[]): Promise<{ id: string; name: string }> =>
    post('/v1/policies', { name: newName(), acl });
  const userWith = async (acl: readonly string[]): Promise<string> => {
    const { id } = await newPolicy([...common, ...acl]);
    const { username } = await newUser({ policyIds: [id] });
    return bus.gateway.logIn({ tenant: 'root', username, password });
  };
  const typesOf = async (token: string, opened: OpenedSubscription): Promise<string[]> => {
    const types: string[] = [];
    await bus.listen(token, opened, (message) => {
      types.push(cloudEvent.parse(message.json()).type);
      message.respond();
    });
    return types;
  };
  const consumersOf = async (id: string): Promise<string[]> => {
    const manager = await jetstreamManager(await bus.admin());
    const names: string[] = [];
    for await (const { name } of manager.consumers.list(stream)) if (name.includes(id)) names.push(name);
    return names.sort();
  };

  run('is all that a list of patterns allows, however many filters that takes', async () => {
    const token = await userWith(['events.identity.users.#', 'events.identity.policies.*.created']);
    const opened = await post<OpenedSubscription>('/v1/subscriptions', {}, token);
    const types = await typesOf(token, opened);
    await newPolicy(common);
    await newUser();
    await eventually(() => expect(types).toEqual(expect.arrayContaining(['policy_created', 'user_created'])));
    const name = `sub-${opened.id}-gateway`;
    expect(await consumersOf(opened.id)).toEqual(oneFilterEach ? [`${name}-1`, `${name}-2`] : [name]);
  });

  run('has bounds, and what cannot be said in subjects is named', async () => {
    const many = Array.from({ length: 65 }, () => `events.identity.users.${randomUUID()}.created`);
    const crowded = await bus.subscribe(await userWith(many), {});
    if (oneFilterEach) expect(crowded).toMatchObject({ status: 422, body: { code: 'too-many-filters' } });
    else expect(crowded.status).toBe(201);
    const opened = await bus.subscribe(await userWith(['events.identity.users.01*.created']), {});
    expect(opened).toMatchObject({ status: 201, body: { inexact: ['events.identity.users.01*.created'] } });
    expect(await consumersOf(opened.body.id)).toEqual([]);
  });

  run('is the tenant in which an administrator acts, and nothing of that for its people', async () => {
    const chief = { username: 'chief', password };
    const child = await post<Tenant>('/v1/tenants', { name: newName(), admin: { ...chief, email: null } });
    const headers = { 'x-tenant': child.id };
    const opened = await post<OpenedSubscription>(
      '/v1/subscriptions',
      { name: 'below', types: ['user_created'] },
      admin,
      headers,
    );
    const told: string[] = [];
    await bus.listen(admin, opened, (message) => void told.push(message.string()));
    const above = await newUser();
    const within = await newUser({}, headers);
    await eventually(() => expect(told.some((text) => text.includes(within.id))).toBe(true));
    expect(told.filter((text) => text.includes(above.id))).toEqual([]);
    const path = `/v1/subscriptions/${opened.id}`;
    const own = await bus.gateway.logIn({ tenant: child.name, ...chief });
    expect((await bus.gateway.send('GET', path, { token: own })).status).toBe(404);
    expect((await bus.gateway.send('GET', path, { token: admin })).status).toBe(404);
    expect((await bus.gateway.send('DELETE', path, { token: admin, headers })).status).toBe(204);
  });

  run('ends with a service token', async () => {
    const wish = { name: 'CRM', acl: [...common, 'events.identity.users.#'] };
    const { token, id } = await post<{ token: string; id: string }>('/v1/service-tokens', wish);
    const opened = await post<OpenedSubscription>('/v1/subscriptions', { name: 'crm' }, token);
    const types = await typesOf(token, opened);
    await newUser();
    await eventually(() => expect(types).toEqual(['user_created']));
    expect((await bus.gateway.send('DELETE', `/v1/service-tokens/${id}`, { token: admin })).status).toBe(204);
    await eventually(async () => expect(await consumersOf(opened.id)).toEqual([]), { timeoutMs: 5_000 });
  });

  run('is nothing any more for one without a name and without a reader, nor for a leftover', async () => {
    const [unread, heard, lasting] = [
      await post<OpenedSubscription>('/v1/subscriptions', {}),
      await post<OpenedSubscription>('/v1/subscriptions', {}),
      await post<OpenedSubscription>('/v1/subscriptions', { name: 'lasting' }),
    ];
    await typesOf(admin, heard);
    const manager = await jetstreamManager(await bus.admin());
    const leftover = `sub-${randomUUID()}-gateway`;
    await manager.consumers.add(stream, {
      durable_name: leftover,
      deliver_subject: 'sub.x.events',
      ack_policy: 'explicit',
    });
    const { parts } = bus.gateway;
    const logger = createLogger({ service: 'gateway', level: 'silent' });
    const upkeep = new ConsumerUpkeep({ bus: parts.bus, cell, ackWaitMs: 30_000, maxPending: 256 });
    const overseer = new Overseer({
      upkeep,
      table: parts.subscriptionsTable,
      authenticator: parts.authenticator,
      end: (tenantId, id) =>
        parts.subscriptions.end(
          { tenantId, id, upkeep },
          { actor: { kind: 'system', id: 'test' }, correlationId: 'test' },
        ),
      busUps: () => 1,
      logger,
      lookEveryMs: 0,
      temporaryMs: 0,
    });
    await overseer.round();
    const statuses = [unread, heard, lasting].map(async ({ id }) => {
      return (await bus.gateway.send('GET', `/v1/subscriptions/${id}`, { token: admin })).status;
    });
    expect(await Promise.all(statuses)).toEqual([404, 200, 200]);
    expect(await consumersOf(unread.id)).toEqual([]);
    expect(await consumersOf(leftover)).toEqual([]);
    expect(await consumersOf(lasting.id)).toHaveLength(1);
  });
});
