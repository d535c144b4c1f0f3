import { eventually, type OwnNats, startNats } from '@aftertone/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toStructured } from '../cloudevents/bus-message.ts';
import type { CloudEvent } from '../envelope.ts';
import { type ReceivedEvent, type SubscribeOptions, type Subscriber, subscribe } from './index.ts';
import { standInGateway, stream, tenantId } from './test-support/stand-in-gateway.ts';

// The real gateway is tried in e2e/; here it can be told to fail, and the bus is a server that can be killed.

let nats: OwnNats;
let token: string;
let gateway: Awaited<ReturnType<typeof standInGateway>>;
let open: Subscriber[];

const bus = () => {
  const { host, username: user, password: pass } = new URL(nats.url);
  return connect({ servers: host, user, pass, reconnect: false });
};

const mailboxId = '0198c5a1-3333-7ccc-8000-000000000004';

const event = (n: number): CloudEvent => ({
  specversion: '1.0',
  id: `event-${n}`,
  source: '/aftertone/c1/mailbox',
  type: 'mailbox_closed',
  subject: `mailboxes.${mailboxId}.settings.closed`,
  time: '2026-02-03T09:15:37.250Z',
  datacontenttype: 'application/json',
  tenantid: tenantId,
  sequence: n,
  streamversion: n,
  correlationid: 'c',
  data: { mailboxId },
});

/** Publishes events with their number as position. */
const publish = async (...numbers: number[]) => {
  const connection = await bus();
  for (const n of numbers) {
    const { body, headers: written } = toStructured(event(n));
    const all = headers();
    const place = { 'Aftertone-Position': String(n), 'Aftertone-Part': '0' };
    for (const [name, value] of Object.entries({ ...written, ...place })) all.set(name, value);
    await jetstream(connection).publish(`evt.${tenantId}.${event(n).subject}`, body, { headers: all });
  }
  await connection.close();
};

const makeStream = async () => {
  const connection = await bus();
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: stream, subjects: ['evt.>'] });
  await connection.close();
};

const follow = (options: Partial<SubscribeOptions> = {}): Subscriber => {
  const subscriber = subscribe({ gateway: gateway.url, token, ...options });
  open.push(subscriber);
  return subscriber;
};

const take = async (events: Subscriber): Promise<ReceivedEvent> => {
  const { value } = await events.next();
  if (value === undefined) throw new Error('the iteration has ended');
  return value;
};

const takeAll = async (events: Subscriber, count: number): Promise<number[]> => {
  const seen: number[] = [];
  while (seen.length < count) {
    const received = await take(events);
    seen.push(received.event.sequence ?? 0);
    await received.ack();
  }
  return seen;
};

const cursor = (text: string) => Buffer.from(text).toString('base64url');

beforeAll(async () => {
  nats = await startNats();
  token = new URL(nats.url).password;
}, 60_000);
afterAll(() => nats?.remove());
beforeEach(async () => {
  open = [];
  const { host, username: user } = new URL(nats.url);
  gateway = await standInGateway(bus, { host, user });
  gateway.scene.tokens.add(token);
  await makeStream();
});
afterEach(async () => {
  for (const subscriber of open) await subscriber.return();
  gateway.close();
  const connection = await bus();
  await (await jetstreamManager(connection)).streams.delete(stream);
  await connection.close();
});

describe('events of the bus', () => {
  it('come each once when they are acknowledged, also to the next reader of the same name', async () => {
    await publish(1, 2, 3);
    const first = follow({ durable: 'a' });
    expect(await takeAll(first, 2)).toEqual([1, 2]);
    await first.return();
    expect(await takeAll(follow({ durable: 'a' }), 1)).toEqual([3]);
  });

  it('come again when they are not acknowledged', async () => {
    await publish(1);
    const events = follow();
    expect(await take(events)).toMatchObject({ redelivered: false, event: { id: 'event-1' } });
    const again = await take(events);
    expect(again).toMatchObject({ redelivered: true, event: { id: 'event-1' } });
    await again.ack();
    await publish(2);
    expect(await takeAll(events, 1)).toEqual([2]);
  });

  it('are not lost with a reader that ends, unacknowledged', async () => {
    await publish(1, 2);
    for await (const received of follow({ durable: 'a' })) {
      expect(received.event.sequence).toBe(1);
      break;
    }
    expect((await takeAll(follow({ durable: 'a' }), 2)).sort()).toEqual([1, 2]);
  });

  describe('after another reader of the same name', () => {
    const outstanding = async () => {
      const connection = await bus();
      const [info] = await (await jetstreamManager(connection)).consumers.list(stream).next();
      await connection.close();
      return info?.num_ack_pending;
    };
    /** The next events with whether anything is missing, acknowledged one by one. */
    const takeTold = async (events: Subscriber, count: number) => {
      const told: [number | undefined, unknown][] = [];
      while (told.length < count) {
        const { event: taken, gap, ack } = await take(events);
        await ack();
        told.push([taken.sequence, gap]);
      }
      return told;
    };
    const inOrder = (...numbers: number[]) => numbers.map((n) => [n, undefined]);

    it('that ended come at once and in order, those too that it held', async () => {
      gateway.scene.ackWaitMs = 60_000;
      await publish(1, 2, 3, 4, 5, 6);
      const first = follow({ durable: 'a' });
      const [one, two] = [await take(first), await take(first)];
      await two.ack();
      await eventually(async () => expect(await outstanding()).toBe(5));
      await first.return();
      expect(one.event.sequence).toBe(1);
      await publish(7, 8);
      expect(await takeTold(follow({ durable: 'a' }), 7)).toEqual(inOrder(1, 3, 4, 5, 6, 7, 8));
    });

    it('that ended while it read history come at once, in order and without a gap', async () => {
      gateway.scene.ackWaitMs = 60_000;
      gateway.scene.replay = { after: 'first', until: cursor('m3.0') };
      gateway.scene.history = [1, 2].map((n) => ({ cursor: cursor(`m${n + 1}.0`), event: event(n) }));
      const first = follow({ durable: 'a', after: 'first', maxInFlight: 1 });
      await publish(3, 4, 5, 6);
      await take(first);
      await eventually(async () => expect(await outstanding()).toBe(4));
      await first.return();
      await publish(7, 8);
      const second = follow({ durable: 'a', after: 'first' });
      expect(await takeTold(second, 8)).toEqual(inOrder(1, 2, 3, 4, 5, 6, 7, 8));
    });

    it('that was killed are waited for, so that they come in order', async () => {
      const first = follow({ durable: 'a' });
      await first.ready;
      await first.return();
      const [id] = gateway.scene.subscriptions.keys();
      const killed = await bus();
      killed.subscribe(`sub.${id}.mailbox`, { callback: () => undefined });
      await publish(1, 2, 3);
      await eventually(async () => expect(await outstanding()).toBe(3));
      await killed.close();
      await publish(4, 5);
      expect(await takeTold(follow({ durable: 'a' }), 5)).toEqual(inOrder(1, 2, 3, 4, 5));
    });

    it('are not held back for answers that were only late', async () => {
      gateway.scene.ackWaitMs = 60_000;
      gateway.scene.unacknowledged = [7];
      await publish(1, 2);
      expect(await takeTold(follow({ durable: 'a' }), 2)).toEqual(inOrder(1, 2));
    });
  });

  it('tell of a hole in their numbers', async () => {
    const events = follow();
    await events.ready;
    await publish(1, 2, 5);
    const [, , third] = [await take(events), await take(events), await take(events)];
    expect(third.gap).toEqual({ mailboxId, expected: 3, got: 5 });
    const filtered = follow({ types: ['mailbox_closed'] });
    const all = [await take(filtered), await take(filtered), await take(filtered)];
    expect(all.map(({ gap }) => gap)).toEqual([undefined, undefined, undefined]);
  });

  it('that are none are taken from the bus, told of, and passed over', async () => {
    const problems: Error[] = [];
    const events = follow({ onProblem: (problem) => problems.push(problem) });
    const connection = await bus();
    await jetstream(connection).publish(`evt.${tenantId}.nonsense`, 'nonsense');
    await connection.close();
    await publish(1);
    expect(await takeAll(events, 1)).toEqual([1]);
    expect(problems.map(({ name }) => name)).toContain('NotAnEvent');
  });
});

describe('history', () => {
  beforeEach(() => {
    gateway.scene.replay = { after: 'first', until: cursor('m4.0') };
    gateway.scene.history = [1, 2, 3].map((n) => ({ cursor: cursor(`m${n + 1}.0`), event: event(n) }));
  });

  it('comes first, and goes over to the bus without loss or repeat', async () => {
    await publish(2, 3, 4, 5);
    const events = follow({ after: 'first', durable: 'a' });
    expect(await takeAll(events, 5)).toEqual([1, 2, 3, 4, 5]);
    await events.return();
    expect(gateway.scene.progress.at(-1)).toBeNull();
  });

  it('goes on where it was acknowledged', async () => {
    const events = follow({ after: 'first', durable: 'a' });
    const [one, , three] = [await take(events), await take(events), await take(events)];
    expect(one.cursor).toBe(cursor('m2.0'));
    await one.ack();
    await three.ack();
    await events.return();
    expect(gateway.scene.progress).toEqual([cursor('m2.0')]);
  });

  it('is read no faster than it is taken', async () => {
    gateway.scene.history = Array.from({ length: 30 }, (_, n) => ({
      cursor: cursor(`m${n + 2}.0`),
      event: event(n + 1),
    }));
    gateway.scene.replay = { after: 'first', until: cursor('m31.0') };
    const events = follow({ after: 'first', maxInFlight: 3 });
    const first = [await take(events), await take(events), await take(events)];
    const fourth = events.next();
    expect(await Promise.race([fourth, new Promise((resolve) => setImmediate(resolve, 'waits'))])).toBe('waits');
    await Promise.all(first.map(({ ack }) => ack()));
    expect((await fourth).value?.event.sequence).toBe(4);
  });
});

describe('what goes away comes back', () => {
  it('the bus, killed and started again', async () => {
    const problems: Error[] = [];
    const events = follow({ durable: 'a', onProblem: (problem) => problems.push(problem) });
    await publish(1);
    expect(await takeAll(events, 1)).toEqual([1]);
    await nats.kill();
    await eventually(() => expect(problems).not.toEqual([]));
    await nats.start();
    await publish(2, 3);
    expect(await takeAll(events, 2)).toEqual([2, 3]);
  });

  it('an event that is acknowledged while the bus is away is not handed out again', async () => {
    const events = follow({ durable: 'a' });
    await publish(1);
    const one = await take(events);
    await nats.kill();
    const acknowledged = one.ack();
    await nats.start();
    await acknowledged;
    await publish(2);
    expect(await takeAll(events, 1)).toEqual([2]);
  });

  it('the gateway, before there is a subscription', async () => {
    gateway.scene.failing = 503;
    const problems: Error[] = [];
    const events = follow({ onProblem: (problem) => problems.push(problem) });
    await eventually(() => expect(problems.length).toBeGreaterThan(1));
    gateway.scene.failing = undefined;
    await publish(1);
    expect(await takeAll(events, 1)).toEqual([1]);
  });
});

describe('the token', () => {
  it('is asked for anew when it is refused', async () => {
    const tokens = ['outdated', token];
    const events = follow({ token: () => tokens.shift() ?? token });
    await publish(1);
    expect(await takeAll(events, 1)).toEqual([1]);
  });

  it.each<[string, () => SubscribeOptions['token']]>([
    ['that cannot change', () => 'wrong'],
    ['of which no other is better', () => async () => 'wrong'],
  ])('%s and is refused ends the iteration', async (_, wrong) => {
    const events = follow({ token: wrong() });
    await expect(events.ready).rejects.toThrow('refuses the token');
    await expect(events.next()).rejects.toMatchObject({ name: 'TokenRefused' });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('without the right to subscribe ends the iteration with the reason', async () => {
    gateway.scene.failing = 403;
    await expect(follow().next()).rejects.toMatchObject({ name: 'SubscriptionRefused', status: 403, code: 'refused' });
  });

  it('that is taken away ends the iteration once the bus is gone too', async () => {
    const events = follow();
    await publish(1);
    await takeAll(events, 1);
    gateway.scene.tokens.clear();
    await nats.kill();
    await expect(events.next()).rejects.toMatchObject({ name: 'TokenRefused' });
    await nats.start();
  });
});

describe('the end', () => {
  it('by a signal ends the iteration, and removes a subscription without a name', async () => {
    const end = new AbortController();
    const events = follow({ signal: end.signal });
    await events.ready;
    const next = events.next();
    end.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(gateway.scene.subscriptions.size).toBe(0);
  });

  it('lets acknowledgements through that were given before', async () => {
    await publish(1, 2);
    const events = follow({ durable: 'a' });
    const [one, two] = [await take(events), await take(events)];
    const acknowledged = one.ack();
    await events.return();
    await acknowledged;
    await expect(two.ack()).rejects.toMatchObject({ name: 'SubscriptionClosed' });
    expect(await takeAll(follow({ durable: 'a' }), 1)).toEqual([2]);
  });

  it('comes when somebody deletes a subscription without a name while the bus is away', async () => {
    const events = follow();
    await events.ready;
    await publish(1);
    await takeAll(events, 1);
    gateway.scene.subscriptions.clear();
    await nats.kill();
    await expect(events.next()).rejects.toMatchObject({ name: 'SubscriptionEnded' });
    await nats.start();
  });
});
