import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventStreamName } from '@aftertone/contracts';
import { invalid, newId, unavailable } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { atEnd, become, ownBus, ownDatabase, publish, type Surroundings, sample } from '../bus.harness.ts';
import { listDeadLetters, replayDeadLetters, showDeadLetter } from '../dead-letters/dead-letters.ts';
import { streamManager } from '../streams/event-stream.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { type ConsumerOptions, type RunningConsumer, startConsumer } from './start-consumer.ts';

const durable = 'test-mailboxes';

const setUp = async () => {
  const [around, database] = await Promise.all([ownBus(), ownDatabase()]);
  return { ...around, database };
};
type SetUp = Awaited<ReturnType<typeof setUp>>;

const consume = (
  { bus, cell, database }: Pick<SetUp, 'bus' | 'cell' | 'database'>,
  handle: ConsumerOptions['handle'],
  more: Partial<ConsumerOptions> = {},
): RunningConsumer => {
  const consumer = startConsumer({
    bus,
    cell,
    databaseUrl: database.url,
    durable,
    source: 'mailbox',
    retryDelayMs: () => 20,
    replayEveryMs: 50,
    ...more,
    handle,
  });
  atEnd(() => consumer.close());
  return consumer;
};

/** Handles by noting positions. */
const noteIn =
  (seen: number[]) =>
  async (events: readonly IncomingEvent[]): Promise<void> => {
    seen.push(...events.map(({ position }) => position));
  };

const upTo = (n: number, from = 1): number[] => Array.from({ length: n - from + 1 }, (_, i) => from + i);
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

const pendingOf = async ({ bus, cell }: Surroundings): Promise<{ waiting: number; unfinished: number }> => {
  const manager = await streamManager(bus.connection());
  const info = await manager.consumers.info(eventStreamName(cell, 'mailbox'), durable);
  return { waiting: info.num_pending, unfinished: info.num_ack_pending };
};

const allDone = (around: Surroundings): Promise<void> => become(() => pendingOf(around), { waiting: 0, unfinished: 0 });

describe('a consumer', () => {
  it('gets every event with its place, in batches, and finishes them', async () => {
    const around = await setUp();
    const mailbox = newId();
    await publish(around, [
      sample({ position: 1, part: 2, mailbox, audience: ['voicemails.global.messages.created'] }),
    ]);
    const batches: Array<readonly IncomingEvent[]> = [];
    consume(around, async (events) => {
      batches.push(events);
    });
    await become(() => batches.length, 1);
    expect(batches[0]?.[0]).toMatchObject({
      path: `mailboxes.${mailbox}.messages.created`,
      position: 1,
      part: 2,
      sequence: 1,
      deliveryCount: 1,
      audience: ['voicemails.global.messages.created'],
      event: { type: 'message_created', correlationid: 'correlation-1', data: { position: 1 } },
    });
    await publish(
      around,
      upTo(300, 2).map((position) => sample({ position })),
    );
    await become(() => sorted(batches.flat().map(({ position }) => position)), upTo(300));
    expect(batches.length).toBeLessThan(150);
    await allDone(around);
  });

  it('takes the canonical messages only', async () => {
    const around = await setUp();
    const seen: number[] = [];
    consume(around, noteIn(seen));
    await publish(around, [
      sample({ position: 1 }),
      sample({ position: 1, part: 1, path: 'voicemails.global.messages.created' }),
      sample({ position: 2 }),
    ]);
    await become(() => sorted(seen), [1, 2]);
    await allDone(around);
    expect(sorted(seen)).toEqual([1, 2]);
  });

  it('ignores events that are older than its memory', async () => {
    const around = await setUp();
    const seen: number[] = [];
    const time = new Date(Date.now() - 15 * 86_400_000 - 60_000).toISOString();
    await publish(around, [sample({ position: 1, time }), sample({ position: 2 })]);
    consume(around, noteIn(seen));
    await become(() => seen, [2]);
    await allDone(around);
  });
});

describe('an event that fails', () => {
  it('is delivered again, holds back only its lane, and keeps the order there', async () => {
    const around = await setUp();
    const [broken, fine] = [newId(), newId()];
    let repaired = false;
    const seen: number[] = [];
    consume(
      around,
      async (events) => {
        if (!repaired && events.some(({ position }) => position === 1)) throw new Error('not now');
        await noteIn(seen)(events);
      },
      { maxFailures: 1_000 },
    );
    await publish(
      around,
      upTo(20).map((position) => sample({ position, mailbox: position % 2 === 1 ? broken : fine })),
    );
    await become(
      () => seen,
      upTo(20).filter((n) => n % 2 === 0),
    );
    repaired = true;
    await become(
      () => seen.filter((n) => n % 2 === 1),
      upTo(20).filter((n) => n % 2 === 1),
    );
    await allDone(around);
    expect(await listDeadLetters(around.database.pool)).toEqual([]);
  });

  it('becomes a dead letter after five failures, which holds none of its data; its lane goes on', async () => {
    const around = await setUp();
    const mailbox = newId();
    const id = newId();
    const seen: number[] = [];
    let tries = 0;
    const kept: string[] = [];
    consume(
      around,
      async (events) => {
        if (events.length === 1 && events[0]?.position === 1) tries += 1;
        if (events.some(({ position }) => position === 1)) throw new TypeError('cannot read +4915112345');
        await noteIn(seen)(events);
      },
      { onDeadLetter: (letter) => kept.push(letter.id) },
    );
    await publish(around, [
      sample({ position: 1, id, mailbox, data: { callerNumber: '+4915112345' } }),
      sample({ position: 2, mailbox }),
    ]);
    await become(() => seen, [2]);
    expect(tries).toBe(5);
    const [letter] = await listDeadLetters(around.database.pool);
    expect(letter).toMatchObject({
      id: kept[0],
      consumer: durable,
      eventId: id,
      eventType: 'message_created',
      position: 1,
      sequence: 1,
      attempts: 5,
      state: 'dead',
    });
    expect(letter?.reason).toMatch(/^TypeError .*consumer\.int\.spec\.ts/);
    expect(JSON.stringify(letter)).not.toContain('4915112345');
    await allDone(around);
  });

  it('becomes a dead letter at once when it can never work', async () => {
    const around = await setUp();
    let tries = 0;
    consume(around, async () => {
      tries += 1;
      throw invalid('unknown-recipient', 'There is no such recipient');
    });
    await publish(around, [sample({ position: 1 })]);
    const letters = await eventually(async () => {
      const found = await listDeadLetters(around.database.pool);
      expect(found).toHaveLength(1);
      return found;
    });
    expect(letters[0]?.reason).toBe('unknown-recipient: There is no such recipient');
    expect(tries).toBe(1);
  });

  it('is tried for as long as something that it needs does not answer', async () => {
    const around = await setUp();
    let tries = 0;
    const seen: number[] = [];
    consume(around, async (events) => {
      tries += 1;
      if (tries <= 12) throw unavailable('store-unavailable', 'The database does not answer');
      await noteIn(seen)(events);
    });
    await publish(around, [sample({ position: 1 })]);
    await become(() => seen, [1]);
    expect(await listDeadLetters(around.database.pool)).toEqual([]);
  });

  it('is kept as a dead letter when it is no event at all', async () => {
    const around = await setUp();
    const seen: number[] = [];
    consume(around, noteIn(seen));
    const broken = { ...sample({ position: 1 }), body: '{"caller":"+4915112345"' };
    await publish(around, [broken, sample({ position: 2 })]);
    await become(() => seen, [2]);
    await become(
      async () => (await listDeadLetters(around.database.pool)).map(({ reason }) => reason),
      ['event-unreadable: The event is no JSON'],
    );
    await allDone(around);
  });

  it('is handled after all when its replay is asked for', async () => {
    const around = await setUp();
    const seen: number[] = [];
    let broken = true;
    consume(around, async (events) => {
      if (broken) throw invalid('broken', 'A bug');
      await noteIn(seen)(events);
    });
    await publish(
      around,
      upTo(3).map((position) => sample({ position })),
    );
    const { pool } = around.database;
    await become(async () => (await listDeadLetters(pool)).length, 3);
    const [one] = await listDeadLetters(pool);
    if (one === undefined) throw new Error('no dead letter');

    await replayDeadLetters(pool, { id: one.id });
    await become(async () => (await showDeadLetter(pool, one.id))?.state, 'dead');
    broken = false;
    await replayDeadLetters(pool, 'all');
    await become(() => sorted(seen), [1, 2, 3]);
    await become(() => listDeadLetters(pool), []);
    expect((await showDeadLetter(pool, one.id))?.state).toBe('replayed');
  });

  it('says so when the bus no longer holds what is to be replayed', async () => {
    const around = await setUp();
    consume(around, async () => {
      throw invalid('broken', 'A bug');
    });
    await publish(around, [sample({ position: 1 })]);
    const { pool } = around.database;
    await become(async () => (await listDeadLetters(pool)).length, 1);
    const manager = await streamManager(around.bus.connection());
    await manager.streams.purge(eventStreamName(around.cell, 'mailbox'));
    await replayDeadLetters(pool, 'all');
    await become(async () => (await listDeadLetters(pool)).map(({ state }) => state), ['expired']);
  });
});

describe('an event that comes twice', () => {
  it('is stored again after the window of message ids, and changes nothing through an inbox', async () => {
    const around = await setUp();
    const { pool } = around.database;
    await pool.query('CREATE TABLE inbox (consumer text, event_id text, PRIMARY KEY (consumer, event_id))');
    await pool.query('CREATE TABLE total (n integer NOT NULL)');
    await pool.query('INSERT INTO total VALUES (0)');
    let deliveries = 0;
    consume(around, async (events) => {
      deliveries += events.length;
      await applyOnce(pool, events);
    });
    const message = sample({ position: 1 });
    const window = { duplicateWindowMs: 200 };
    await publish(around, [message], window);
    await publish(around, [message], window);
    await eventually(async () => {
      await publish(around, [message], window);
      expect(deliveries).toBeGreaterThanOrEqual(2);
    });
    expect((await pool.query('SELECT n FROM total')).rows).toEqual([{ n: 1 }]);
  });
});

const applyOnce = async (pool: pg.Pool, events: readonly IncomingEvent[]): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rowCount } = await client.query(
      'INSERT INTO inbox SELECT $1, id FROM unnest($2::text[]) AS id ON CONFLICT DO NOTHING',
      [durable, events.map(({ event }) => event.id)],
    );
    await client.query('UPDATE total SET n = n + $1', [rowCount]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
};

describe('what goes away under a consumer', () => {
  it('the bus: it waits, and takes up what comes later', async () => {
    const around = await setUp();
    const seen: number[] = [];
    consume(around, noteIn(seen));
    await publish(around, [sample({ position: 1 })]);
    await become(() => seen, [1]);
    await around.nats.kill();
    await become(() => around.bus.isUp, false);
    await around.nats.start();
    await become(() => around.bus.isUp, true);
    await publish(around, [sample({ position: 2 })]);
    // An acknowledgement may have been lost with the connection.
    await become(() => [...new Set(seen)], [1, 2]);
  });

  it('everything on the bus: stream and durable are made anew', async () => {
    const around = await setUp();
    const seen: number[] = [];
    consume(around, noteIn(seen));
    await publish(
      around,
      upTo(3).map((position) => sample({ position })),
    );
    await become(() => sorted(seen), [1, 2, 3]);
    await around.nats.wipe();
    await eventually(() =>
      publish(
        around,
        upTo(5, 3).map((position) => sample({ position })),
      ),
    );
    await become(() => sorted(seen), [1, 2, 3, 3, 4, 5]);
    await allDone(around);
  });

  it('its durable, while nothing else happens', async () => {
    const around = await setUp();
    const seen: number[] = [];
    consume(around, noteIn(seen));
    await publish(around, [sample({ position: 1 })]);
    await become(() => seen, [1]);
    const manager = await streamManager(around.bus.connection());
    await manager.consumers.delete(eventStreamName(around.cell, 'mailbox'), durable);
    await publish(around, [sample({ position: 2 })]);
    await become(() => seen.includes(2), true, 15_000);
  });

  it('its database: another session takes the lock again', async () => {
    const around = await setUp();
    const seen: number[] = [];
    const consumer = consume(around, noteIn(seen));
    await become(() => consumer.isWorking, false);
    await publish(around, [sample({ position: 1 })]);
    await become(() => seen, [1]);
    await around.database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'aftertone-test-mailboxes'",
    );
    await publish(around, [sample({ position: 2 })]);
    await become(() => seen, [1, 2]);
  });
});

describe('several processes', () => {
  it('take turns: one works, the next takes over from the first unfinished event, in order', async () => {
    const around = await setUp();
    const mailbox = newId();
    await publish(around, [sample({ position: 1, mailbox })]);
    const first: number[] = [];
    let release = (): void => {};
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const one = consume(around, async (events) => {
      await noteIn(first)(events);
      await blocked;
    });
    await become(() => first, [1]);
    const second: number[] = [];
    const two = consume(around, noteIn(second));
    await publish(
      around,
      upTo(4, 2).map((position) => sample({ position, mailbox })),
    );
    await become(async () => (await pendingOf(around)).unfinished, 4);
    expect([one.isWorking, two.isWorking]).toEqual([true, false]);
    const closed = one.close();
    release();
    await closed;
    await become(() => second, [2, 3, 4]);
    expect([one.isWorking, two.isWorking]).toEqual([false, true]);
    expect(first).toEqual([1]);
    await allDone(around);
  });

  it('take over within seconds from one that was killed, with what it had not finished', async () => {
    const around = await setUp();
    const child = fork(fileURLToPath(new URL('./consumer-process.harness.ts', import.meta.url)), {
      execArgv: ['--conditions=source'],
      env: {
        PATH: process.env.PATH,
        NATS_URL: around.nats.url,
        DATABASE_URL: around.database.url,
        CELL: around.cell,
        DURABLE: durable,
      },
    });
    atEnd(() => child.kill('SIGKILL'));
    const mailbox = newId();
    await publish(
      around,
      upTo(3).map((position) => sample({ position, mailbox })),
    );
    const [taken] = await once(child, 'message');
    expect(taken).toContain(1);
    const seen: number[] = [];
    consume(around, noteIn(seen));
    child.kill('SIGKILL');
    const killedAt = performance.now();
    await become(() => seen, [1, 2, 3]);
    expect(performance.now() - killedAt).toBeLessThan(5_000);
    await allDone(around);
  });
});
