import { eventStreamName } from '@aftertone/contracts';
import { invalid, newId, unavailable } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import { become, publish, sample } from '../bus.harness.ts';
import { listDeadLetters, replayDeadLetters, showDeadLetter } from '../dead-letters/dead-letters.ts';
import { streamManager } from '../streams/event-stream.ts';
import { allDone, consume, durable, noteIn, setUp, sorted, upTo } from './consumer.harness.ts';

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
    expect(letter?.reason).toMatch(/^TypeError .*failing-events\.int\.spec\.ts/);
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
