import { randomUUID } from 'node:crypto';
import { type CloudEvent, cloudEvent, type User } from '@aftertone/contracts';
import { eventually, type NatsKind, natsKinds } from '@aftertone/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { type Msg, nanos } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answered, Problem } from '../test-support/start-gateway.ts';
import { cell, type OpenedSubscription, SubscribedBus } from '../test-support/subscribed-bus.ts';

const password = 'a password long enough';
const stream = `EVT_${cell}_gateway`;

interface EventPage {
  items: { event: CloudEvent }[];
  next: string | null;
}

/** What a subscriber got: user names of `user_created`, types of everything. */
class Reader {
  readonly users: string[] = [];
  readonly types: string[] = [];
  readonly redelivered: string[] = [];
  /** Whether it answers. */
  answers = true;

  readonly take = (message: Msg): void => {
    const event = cloudEvent.parse(message.json());
    const user: unknown = Reflect.get(Object(event.data.user), 'username');
    this.types.push(event.type);
    if (event.type === 'user_created') {
      const deliveries = Number(message.reply?.split('.').at(-5) ?? 1);
      (deliveries > 1 ? this.redelivered : this.users).push(String(user));
    }
    if (this.answers) message.respond();
  };
}

describe.each(natsKinds())('subscriptions on $name', (kind: NatsKind) => {
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

  const newUser = async (token = admin, more: object = {}): Promise<User> => {
    made += 1;
    const body = { username: `user${made}`, password, ...more };
    const answer = await bus.gateway.send<User>('POST', '/v1/users', { token, body });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  };
  const usersOnly = { types: ['user_created'] };
  const open = async (body: object, token = admin): Promise<OpenedSubscription> => {
    const answer = await bus.subscribe(token, body);
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  };
  const read = async (opened: OpenedSubscription, token = admin, reader = new Reader()) => {
    const connection = await bus.listen(token, opened, reader.take);
    return { reader, connection };
  };
  const filters = async (id: string): Promise<(string | undefined)[]> => {
    const connection = await bus.admin();
    const found: (string | undefined)[] = [];
    for await (const { name, config } of (await jetstreamManager(connection)).consumers.list(stream))
      if (name.includes(id)) found.push(...(config.filter_subjects ?? [config.filter_subject]));
    await connection.close();
    return found;
  };
  /** Instead of half a minute. */
  const comeAgainSoon = async (id: string): Promise<void> => {
    const connection = await bus.admin();
    await (await jetstreamManager(connection)).consumers.update(stream, `sub-${id}-gateway`, { ack_wait: nanos(500) });
    await connection.close();
  };
  const history = async (replay: { after: string; until: string }): Promise<string[]> => {
    const names: string[] = [];
    for (let after: string | null = replay.after; after !== null; ) {
      const query: URLSearchParams = new URLSearchParams({ after, until: replay.until, types: 'user_created' });
      const answer: Answered<EventPage> = await bus.gateway.send('GET', `/v1/events/history?${query}`, {
        token: admin,
      });
      for (const { event } of answer.body.items) names.push(String(Reflect.get(Object(event.data.user), 'username')));
      after = answer.body.next;
    }
    return names;
  };

  run('bring a plain client what happens from now on, of the types it wants', async () => {
    const opened = await open(usersOnly);
    const { reader } = await read(opened);
    const user = await newUser();
    await bus.gateway.send('PATCH', `/v1/users/${user.id}`, { token: admin, body: { firstName: 'Ana' } });
    const last = await newUser();
    await eventually(() => expect(reader.users.slice(-2)).toEqual([user.username, last.username]));
    expect(new Set(reader.types)).toEqual(new Set(['user_created']));
  });

  run(
    'keep what happens while nobody listens, and what was not answered',
    async () => {
      const opened = await open({ name: 'lasting', ...usersOnly });
      await comeAgainSoon(opened.id);
      const first = await read(opened);
      first.reader.answers = false;
      const unanswered = await newUser();
      await eventually(() => expect(first.reader.users).toEqual([unanswered.username]));
      await first.connection.close();
      const later = await newUser();
      const again = await bus.subscribe(admin, { name: 'lasting', ...usersOnly });
      expect(again).toMatchObject({ status: 200, body: { id: opened.id } });
      const second = await read(again.body);
      await eventually(() => expect(second.reader.users).toEqual([later.username]));
      const view = await bus.gateway.send<OpenedSubscription>('GET', `/v1/subscriptions/${opened.id}`, {
        token: admin,
      });
      expect(view).toMatchObject({ status: 200, body: { deliverSubject: opened.deliverSubject, nats: opened.nats } });
      await eventually(() => expect(second.reader.redelivered).toEqual([unanswered.username]));
    },
    60_000,
  );

  run('tell what a reader left unanswered, and bring at once what it gives back', async () => {
    const opened = await open({ name: 'handed-over', ...usersOnly });
    expect(opened.unacknowledged).toBe(0);
    const kept: Msg[] = [];
    const connection = await bus.listen(admin, opened, (message) => kept.push(message));
    const user = await newUser();
    await eventually(() => expect(kept).toHaveLength(1));
    const again = await bus.subscribe(admin, { name: 'handed-over', ...usersOnly });
    expect(again).toMatchObject({ status: 200, body: { unacknowledged: 1 } });
    kept[0]?.respond('-NAK');
    await eventually(() => expect(kept).toHaveLength(2)); // long before the half minute
    kept[1]?.respond();
    const view = () => bus.gateway.send<OpenedSubscription>('GET', `/v1/subscriptions/${opened.id}`, { token: admin });
    await eventually(async () => expect((await view()).body.unacknowledged).toBe(0));
    expect(kept[1]?.json()).toMatchObject({ data: { user: { username: user.username } } });
    await connection.close();
  });

  run('do not know of each other', async () => {
    const [one, two] = [await open(usersOnly), await open(usersOnly)];
    const readers = [await read(one), await read(two)];
    const { username } = await newUser();
    await eventually(() => expect(readers.map(({ reader }) => reader.users)).toEqual([[username], [username]]));
  });

  run(
    'begin behind a replay, without loss or repeat, while things happen',
    async () => {
      const before = [await newUser(), await newUser()];
      let going = true;
      const names: string[] = before.map(({ username }) => username);
      const busy = (async () => {
        while (going) names.push((await newUser()).username);
      })();
      const opened = await open({ name: 'seam', after: 'first', ...usersOnly });
      const { reader } = await read(opened);
      const last = await newUser();
      going = false;
      await busy;
      names.push(last.username);
      expect(opened.replay).toMatchObject({ after: 'first' });
      const past = await history(opened.replay ?? { after: '', until: '' });
      await eventually(() => expect(reader.users).toContain(last.username));
      await eventually(() => expect(names.filter((name) => ![...past, ...reader.users].includes(name))).toEqual([]));
      expect(past.filter((name) => reader.users.includes(name))).toEqual([]);
      expect(new Set(past).size).toBe(past.length);
      const path = `/v1/subscriptions/${opened.id}`;
      const keep = (after: string | null) =>
        bus.gateway.send('PUT', `${path}/replay`, { token: admin, body: { after } });
      expect((await keep('nonsense')).body.code).toBe('cursor-invalid');
      const cursor = opened.replay?.until ?? '';
      expect((await keep(cursor)).status).toBe(204);
      const replayed = async () =>
        (await bus.gateway.send<OpenedSubscription>('GET', path, { token: admin })).body.replay;
      expect(await replayed()).toEqual({ after: cursor, until: opened.replay?.until });
      expect((await keep(null)).status).toBe(204);
      expect(await replayed()).toBeNull();
    },
    30_000,
  );

  run(
    'are found again by name, are not changed by asking, and are few',
    async () => {
      const owner = await newUser(admin, { role: 'admin' });
      const token = await bus.gateway.logIn({ tenant: 'root', username: owner.username, password });
      const asked = await Promise.all([1, 2, 3].map(() => bus.subscribe(token, { name: 'once' })));
      expect(asked.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
      expect(new Set(asked.map(({ body }) => body.id)).size).toBe(1);
      const other = await bus.subscribe(token, { name: 'once', ...usersOnly });
      expect(other).toMatchObject({ status: 409, body: { code: 'subscription-differs' } });
      const many = await Promise.all(Array.from({ length: 21 }, () => bus.subscribe(token, usersOnly)));
      const refused = many.filter(({ status }) => status !== 201);
      expect(refused).toHaveLength(2);
      for (const { status, body } of refused)
        expect({ status, body }).toMatchObject({ status: 422, body: { code: 'too-many-subscriptions' } });
      const list = await bus.gateway.send<{ items: unknown[] }>('GET', '/v1/subscriptions', { token });
      expect(list.body.items).toHaveLength(20);
    },
    60_000,
  );

  run('exist for nobody else', async () => {
    const opened = await open({ name: 'mine' });
    const owner = await newUser(admin, { role: 'admin' });
    const token = await bus.gateway.logIn({ tenant: 'root', username: owner.username, password });
    const path = `/v1/subscriptions/${opened.id}`;
    const answers = await Promise.all([
      bus.gateway.send<Problem>('GET', path, { token }),
      bus.gateway.send<Problem>('DELETE', path, { token }),
      bus.gateway.send<Problem>('PUT', `${path}/replay`, { token, body: { after: null } }),
      bus.gateway.send<Problem>('GET', `/v1/subscriptions/${randomUUID()}`, { token: admin }),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      Array.from({ length: 4 }, () => [404, 'subscription-not-found']),
    );
    const stranger = await open({ name: 'theirs' }, token);
    let heard = 0;
    const connection = await bus.listen(token, { ...stranger, deliverSubject: opened.deliverSubject }, () => {
      heard += 1;
    });
    const { reader } = await read(opened);
    const { username } = await newUser();
    await eventually(() => expect(reader.users).toContain(username));
    await connection.flush();
    expect(heard).toBe(0);
    expect((await bus.gateway.send('DELETE', path, { token: admin })).status).toBe(204);
    await eventually(async () => expect(await filters(opened.id)).toEqual([]));
  });

  run(
    'follow the rights of their owner, and end with the owner',
    async () => {
      const policy = async (acl: string[]) =>
        bus.gateway.send<{ id: string }>('POST', '/v1/policies', {
          token: admin,
          body: { name: `p${Date.now()}`, acl },
        });
      const common = ['aftertone.events.read', 'aftertone.subscriptions.#'];
      const { body } = await policy([...common, 'events.identity.users.#']);
      const owner = await newUser(admin, { policyIds: [body.id] });
      const token = await bus.gateway.logIn({ tenant: 'root', username: owner.username, password });
      const opened = await open({ name: 'narrow' }, token);
      const first = await read(opened, token);
      const seen = await newUser();
      await eventually(() => expect(first.reader.users).toEqual([seen.username]));
      const acl = [...common, 'events.identity.users.*.deleted'];
      await bus.gateway.send('PATCH', `/v1/policies/${body.id}`, { token: admin, body: { acl } });
      const narrow = `evt.${owner.tenantId}.identity.users.*.deleted`;
      await eventually(async () => expect(await filters(opened.id)).toEqual([narrow]), { timeoutMs: 5_000 });
      await first.connection.close();
      const second = await read((await bus.subscribe(token, { name: 'narrow' })).body, token);
      const gone = await newUser();
      await bus.gateway.send('DELETE', `/v1/users/${gone.id}`, { token: admin });
      await eventually(() => expect(second.reader.types).toEqual(['user_deleted']));
      await bus.gateway.send('DELETE', `/v1/users/${owner.id}`, { token: admin });
      await eventually(async () => expect(await filters(opened.id)).toEqual([]), { timeoutMs: 5_000 });
    },
    40_000,
  );

  run(
    'lose nothing when the bus is restarted or comes back empty',
    async () => {
      const opened = await open({ name: 'survivor', ...usersOnly });
      const reader = new Reader();
      const listen = async () => {
        const again = await bus.subscribe(admin, { name: 'survivor', ...usersOnly });
        expect(again).toMatchObject({ status: 200, body: { id: opened.id } });
        return (await read(again.body, admin, reader)).connection;
      };
      let connection = await listen();
      const names = [(await newUser()).username];
      await eventually(() => expect(reader.users).toEqual(names));
      for (const restart of [() => bus.nats.start(), () => bus.nats.wipe()]) {
        await bus.nats.kill();
        await connection.closed();
        names.push((await newUser()).username);
        await restart();
        connection = await eventually(listen, { timeoutMs: 20_000 });
        names.push((await newUser()).username);
        await eventually(() => expect(names.filter((name) => !reader.users.includes(name))).toEqual([]), {
          timeoutMs: 30_000,
        });
      }
    },
    90_000,
  );
});
