import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBus } from '../test-support/memory-bus.ts';
import { openBox, type SampleStore, sampleStore, toBox, toLetter } from '../test-support/sample-store.ts';
import type { OutgoingMessage, RecordedEvent } from '../types.ts';
import { type Relay, type RelayOptions, type RelayProgress, startRelay } from './relay.ts';

let sample: SampleStore;
let bus: MemoryBus;
let relays: Relay[];
beforeEach(async () => {
  sample = await sampleStore();
  bus = new MemoryBus();
  relays = [];
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await sample.close();
});

/** Three copies of each event: the canonical one and two for owners. */
const threeCopies = ({ position, id, type }: RecordedEvent): OutgoingMessage[] =>
  [0, 1, 2].map((part) => ({ subject: `evt.${part}`, id: `${id}:${part}`, position, part, headers: {}, body: type }));

function relay(options: Partial<RelayOptions> = {}): Relay {
  const started = startRelay({
    store: sample.store,
    name: 'test',
    target: bus,
    translate: threeCopies,
    takeOverMs: 20,
    ...options,
  });
  relays.push(started);
  return started;
}

const stop = async (one: Relay): Promise<void> => {
  await one.stop();
  relays = relays.filter((other) => other !== one);
};

/** A box with letters: `1 + letters` events. */
async function post(letters: number): Promise<void> {
  const { tenantId, boxId } = await openBox(sample.store);
  const data = { boxId, grams: 1 };
  await Promise.all(
    Array.from({ length: letters }, () =>
      toLetter(sample.store, { type: 'PostLetter', data }, { tenantId, isNew: true }),
    ),
  );
}

const days = (count: number): number => count * 24 * 3_600_000;

/** One event of long ago. */
async function postedDaysAgo(count: number): Promise<void> {
  const data = { number: newId(), access: {}, limits: [] };
  const now = new Date(Date.now() - days(count)).toISOString();
  await toBox(sample.store, { type: 'OpenBox', data }, { now });
}

const held = (): string[] => bus.messages.map(({ position, part }) => `${position}.${part}`);
const upTo = (position: number, from = 1): string[] =>
  Array.from({ length: position - from + 1 }, (_, n) => [0, 1, 2].map((part) => `${from + n}.${part}`)).flat();

describe('a relay', () => {
  it('publishes what was there before and what comes, in order and once', async () => {
    await post(9);
    relay();
    await eventually(() => expect(held()).toEqual(upTo(10)));
    await post(4);
    await eventually(() => expect(held()).toEqual(upTo(15)));
  });

  it('goes through more than one page', async () => {
    await post(24);
    relay({ pageSize: 7 });
    await eventually(() => expect(held()).toEqual(upTo(25)));
  });

  it('goes on with the next copy after a kill between two copies of an event', async () => {
    await post(3);
    bus.fault = (messages) => {
      bus.accept(messages.slice(0, 4)); // event 1 whole, of event 2 only the first copy
      throw new Error('killed');
    };
    const first = relay();
    await eventually(() => expect(held()).toEqual([...upTo(1), '2.0']));
    await stop(first);
    bus.fault = null;
    relay();
    await eventually(() => expect(held()).toEqual(upTo(4)));
  });

  it('publishes a tail again that the bus has lost', async () => {
    await post(5);
    const first = relay({ checkpointMs: 0 });
    await eventually(() => expect(held()).toEqual(upTo(6)));
    await stop(first);
    bus.loseTail(8);
    relay();
    await eventually(() => expect(held()).toEqual(upTo(6)));
  });

  it('does not believe what others have written into the stream', async () => {
    await post(3);
    const first = relay();
    await eventually(() => expect(held()).toEqual(upTo(4)));
    await stop(first);
    await post(3);
    const forged = { subject: 'evt.0', headers: {}, body: 'forged' };
    bus.accept([
      { ...forged, id: newId(), position: 7, part: 2 },
      { ...forged, id: newId(), position: 2, part: 0 },
    ]);
    relay();
    await eventually(() => expect(held()).toEqual([...upTo(4), '7.2', '2.0', ...upTo(8, 5)]));
  });

  it('fills a wiped bus again from the first event that is young enough', async () => {
    await postedDaysAgo(8);
    await post(2);
    const first = relay({ maxAgeMs: days(30) });
    await eventually(() => expect(held()).toEqual(upTo(4)));
    await stop(first);
    bus.wipe();
    const second = relay();
    await eventually(() => expect(held()).toEqual(upTo(4, 2)));
    await stop(second);
    // Known by now, and empty for another reason: the checkpoint counts, nothing is published a third time.
    bus.age();
    await post(0);
    relay();
    await eventually(() => expect(held()).toEqual(upTo(5, 5)));
  });

  it('fills a stream again that stayed and lost all that was in it', async () => {
    await post(2);
    const first = relay();
    await eventually(() => expect(held()).toEqual(upTo(3)));
    await stop(first);
    bus.loseTail(9);
    relay();
    await eventually(() => expect(held()).toEqual(upTo(3)));
  });

  it('leaves a wiped bus empty when nothing is young enough', async () => {
    await postedDaysAgo(8);
    const first = relay({ maxAgeMs: days(30) });
    await eventually(() => expect(held()).toEqual(upTo(1)));
    await stop(first);
    bus.wipe();
    const before = bus.inspections;
    relay();
    await eventually(() => expect(bus.inspections).toBeGreaterThan(before));
    await post(0);
    await eventually(() => expect(held()).toEqual(upTo(2, 2)));
  });

  it('waits for a bus that is down and loses nothing', async () => {
    let failures = 0;
    bus.fault = () => {
      failures += 1;
      throw new Error('no responders');
    };
    const progress: RelayProgress[] = [];
    relay({ onProgress: (report) => progress.push(report) });
    await post(3);
    await eventually(() => expect(failures).toBeGreaterThanOrEqual(3));
    const patient = { timeoutMs: 20_000 }; // the pauses between its tries have grown
    await eventually(() => expect(progress.at(-1)).toMatchObject({ published: 0, lag: 4 }), patient);
    bus.fault = null;
    await eventually(() => expect(held()).toEqual(upTo(4)), patient);
    await eventually(() => expect(progress.at(-1)?.lag).toBe(0));
  });

  it('waits for a bus that does not answer at all', async () => {
    bus.fault = () => new Promise(() => undefined);
    relay({ busTimeoutMs: 50 });
    await post(1);
    await eventually(() => expect(bus.inspections).toBeGreaterThanOrEqual(2));
    bus.fault = null;
    await eventually(() => expect(held()).toEqual(upTo(2)));
  });

  it('passes over an event that cannot be translated, and keeps it for people', async () => {
    await post(3);
    relay({
      translate: (event) => {
        if (event.position === 2) throw new Error('no such field');
        return threeCopies(event);
      },
    });
    await eventually(() => expect(held()).toEqual([...upTo(1), ...upTo(4, 3)]));
    const { rows } = await sample.store.pool.query('SELECT name, position, error FROM relay_failure');
    expect(rows).toEqual([{ name: 'test', position: 2, error: expect.stringContaining('no such field') }]);
  });

  it('publishes what is for its stream, and reads a page again while nobody can say what that is', async () => {
    await post(3);
    let asked = 0;
    relay({
      select: async (events) => {
        asked += 1;
        if (asked < 3) throw new Error('the database is busy');
        return events.filter(({ position }) => position % 2 === 0);
      },
    });
    await eventually(() => expect(held()).toEqual([...upTo(2, 2), ...upTo(4, 4)]));
    await post(1);
    await eventually(() => expect(held()).toEqual([2, 4, 6].flatMap((position) => upTo(position, position))));
    expect((await sample.store.pool.query('SELECT FROM relay_failure')).rowCount).toBe(0);
  });

  it('does not read events again that publish nothing', async () => {
    await post(20);
    const onlyFirst = (event: RecordedEvent) => (event.position === 1 ? threeCopies(event) : []);
    const first = relay({ translate: onlyFirst });
    await eventually(() => expect(held()).toEqual(upTo(1)));
    await eventually(async () => {
      await stop(first);
      const { rows } = await sample.store.pool.query('SELECT position FROM relay_checkpoint');
      expect(rows).toEqual([{ position: 21 }]);
    });
    const read: number[] = [];
    relay({
      translate: (event) => {
        read.push(event.position);
        return onlyFirst(event);
      },
    });
    await post(0);
    await eventually(() => expect(read).toEqual([22]));
  });

  it('works in one process at a time, and another takes over from a lost session', async () => {
    const others = [relay(), relay(), relay()];
    await eventually(() => expect(others.filter((one) => one.isLeader())).toHaveLength(1));
    const leader = others.find((one) => one.isLeader());
    await post(2);
    await eventually(() => expect(held()).toEqual(upTo(3)));
    await sample.store.pool.query(
      `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()`,
    );
    await post(2);
    await eventually(() => expect(held()).toEqual(upTo(6)));
    await eventually(() => expect(others.filter((one) => one.isLeader())).toHaveLength(1));
    expect(leader).toBeDefined();
  });

  it('gives up its place when another one was elected behind its back', async () => {
    const fenced = relay({ takeOverMs: 60_000, checkpointMs: 0 });
    await eventually(() => expect(fenced.isLeader()).toBe(true));
    await eventually(async () => {
      expect((await sample.store.pool.query('UPDATE relay_checkpoint SET epoch = epoch + 1')).rowCount).toBe(1);
    });
    await post(1);
    await eventually(async () => {
      const { rows } = await sample.store.pool.query<{ epoch: number }>('SELECT epoch FROM relay_checkpoint');
      expect(rows[0]?.epoch).toBe(3); // its own next term
    });
    await eventually(() => expect(held()).toEqual(upTo(2)));
  });

  it('starts behind the checkpoint when the log was restored from a backup and is behind the stream', async () => {
    await post(1);
    const first = relay({ checkpointMs: 0 });
    await eventually(() => expect(held()).toEqual(upTo(2)));
    await stop(first);
    bus.accept(threeCopies({ position: 40, id: newId(), type: 'Lost' } as RecordedEvent));
    relay();
    await post(1);
    await eventually(() => expect(held()).toEqual([...upTo(2), ...upTo(40, 40), ...upTo(4, 3)]));
  });
});
