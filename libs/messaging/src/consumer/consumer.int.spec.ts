import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { become, publish, sample } from '../bus.harness.ts';
import { allDone, consume, durable, noteIn, setUp, sorted, upTo } from './consumer.harness.ts';
import type { IncomingEvent } from './incoming-event.ts';

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
