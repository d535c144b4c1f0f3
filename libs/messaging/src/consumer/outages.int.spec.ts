import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventStreamName } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import { atEnd, become, publish, sample } from '../bus.harness.ts';
import { streamManager } from '../streams/event-stream.ts';
import { allDone, consume, durable, noteIn, pendingOf, setUp, sorted, upTo } from './consumer.harness.ts';

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
