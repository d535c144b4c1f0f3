import { invalid, newId, unavailable } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import type { NewDeadLetter } from '../dead-letters/dead-letters.ts';
import type { IncomingEvent } from './incoming-event.ts';
import type { Item } from './item.ts';
import type { LaneGroupOptions } from './lane-group.ts';
import { Lanes } from './lanes.ts';
import { workOnItems } from './work.ts';

const eventAt = (position: number): IncomingEvent => ({
  event: {
    specversion: '1.0',
    id: `event-${position}`,
    source: '/aftertone/c1/mailbox',
    type: 'message_created',
    subject: 'mailboxes.x.messages.created',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    tenantid: newId(),
    streamversion: 1,
    correlationid: 'c',
    data: {},
  },
  subject: 'evt.t.mailboxes.x.messages.created',
  path: 'mailboxes.x.messages.created',
  tenantId: 't',
  position,
  part: 0,
  audience: [],
  sequence: position,
  deliveryCount: 1,
});

const setUp = (
  handle: (positions: readonly number[]) => Promise<void> | void,
  settings: Partial<LaneGroupOptions> & { groups: number } = { groups: 1 },
) => {
  const told: string[] = [];
  const letters: NewDeadLetter[] = [];
  let keeps = true;
  const refusals = { count: 0 };
  const work = workOnItems({
    consumer: 'test',
    handle: async (events) => handle(events.map(({ position }) => position)),
    keepDeadLetter: async (letter) => {
      if (keeps) letters.push(letter);
      else {
        refusals.count += 1;
        throw unavailable('store-unavailable', 'Down');
      }
    },
    maxFailures: 5,
    retryDelayMs: () => 1,
    log: undefined,
  });
  const lanes = new Lanes({ batchSize: 200, gatherMs: 0, ...settings, work });
  const add = (position: number, lane: string, name = String(position)): void => {
    const item: Item = {
      key: String(position),
      lane,
      content: { event: eventAt(position) },
      reference: {
        ...{ consumer: 'test', tenantId: 't', eventId: `event-${position}`, eventType: 'x', subject: 's', stream: 'S' },
        ...{ sequence: position, position, part: 0 },
      },
      delivery: {
        done: () => void told.push(`done ${name}`),
        gaveUp: () => void told.push(`gave up ${name}`),
        working: () => void told.push(`working ${name}`),
      },
      failures: 0,
      waits: 0,
    };
    lanes.add(item);
  };
  const empty = () => expect.poll(() => lanes.size).toBe(0);
  return { lanes, add, told, letters, empty, refusals, keepDeadLetters: (now: boolean) => (keeps = now) };
};

describe('lanes', () => {
  it('hand over what arrived together as one batch', async () => {
    const batches: Array<readonly number[]> = [];
    const { add, told, empty } = setUp((positions) => void batches.push(positions));
    for (const n of [1, 2, 3]) add(n, `lane-${n}`);
    await empty();
    expect(batches).toEqual([[1, 2, 3]]);
    expect(told).toEqual(['done 1', 'done 2', 'done 3']);
  });

  it('keep the order of a lane while one of its events is tried again and again, and let others pass', async () => {
    const seen: number[] = [];
    let failures = 4;
    const { add, letters, empty } = setUp((positions) => {
      if (positions.includes(1) && failures > 0) {
        if (positions.length === 1) failures -= 1;
        throw new Error('not yet');
      }
      seen.push(...positions);
    });
    add(1, 'a');
    add(2, 'b');
    add(3, 'a');
    add(4, 'b');
    await empty();
    expect(seen.filter((n) => n % 2 === 1)).toEqual([1, 3]);
    expect(seen.filter((n) => n % 2 === 0)).toEqual([2, 4]);
    expect(seen.indexOf(4)).toBeLessThan(seen.indexOf(1));
    expect(letters).toEqual([]);
  });

  it('do not try a whole batch one by one when nothing works', async () => {
    let works = false;
    let tries = 0;
    const { add, told, empty, letters } = setUp(() => {
      if (works) return;
      tries += 1;
      if (tries === 20) works = true;
      throw unavailable('store-unavailable', 'Down');
    });
    for (let n = 1; n <= 100; n++) add(n, `lane-${n}`);
    await empty();
    expect(tries).toBe(20);
    expect(told).toHaveLength(100);
    expect(letters).toEqual([]);
  });

  it('find the one that fails in a large batch in few steps, and no other fails with it', async () => {
    const batches: number[] = [];
    const { add, told, empty, letters } = setUp((positions) => {
      batches.push(positions.length);
      if (positions.includes(77)) throw invalid('bad', 'Bad');
    });
    for (let n = 1; n <= 128; n++) add(n, `lane-${n % 10}`);
    await empty();
    expect(letters.map(({ eventId }) => eventId)).toEqual(['event-77']);
    expect(told).toContain('gave up 77');
    expect(told.filter((line) => line.startsWith('done'))).toHaveLength(127);
    expect(batches.length).toBeLessThan(20);
  });

  it('gather what comes within a moment into one batch', async () => {
    const batches: Array<readonly number[]> = [];
    const { add, empty } = setUp((positions) => void batches.push(positions), {
      groups: 1,
      gatherMs: 5_000,
      batchSize: 3,
    });
    add(1, 'a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(batches).toEqual([]);
    add(2, 'b');
    add(3, 'c');
    await empty();
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('give an event up only once that could be kept', async () => {
    const { add, told, empty, letters, refusals, keepDeadLetters } = setUp(() => {
      throw invalid('bad', 'Bad');
    });
    keepDeadLetters(false);
    add(1, 'a');
    await expect.poll(() => refusals.count).toBeGreaterThan(2);
    expect(told).toEqual([]);
    keepDeadLetters(true);
    await empty();
    expect(told).toEqual(['gave up 1']);
    expect(letters).toMatchObject([{ eventId: 'event-1', reason: 'bad: Bad' }]);
  });

  it('answer the newest delivery of an event that came again', async () => {
    let release = (): void => {};
    const { lanes, add, told, empty } = setUp(() => new Promise<void>((resolve) => (release = resolve)));
    add(1, 'a', 'first time');
    await expect.poll(() => lanes.size).toBe(1);
    add(1, 'a', 'second time');
    lanes.keepAlive();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    release();
    await empty();
    expect(told).toEqual(['working second time', 'done second time']);
  });

  it('stop behind the batch under way', async () => {
    const seen: number[] = [];
    let release = (): void => {};
    const { lanes, add, told } = setUp(async (positions) => {
      seen.push(...positions);
      await new Promise<void>((resolve) => (release = resolve));
    });
    add(1, 'a');
    await expect.poll(() => seen).toEqual([1]);
    add(2, 'a');
    const stopped = lanes.stop();
    release();
    await stopped;
    expect(seen).toEqual([1]);
    expect(told).toEqual(['done 1']);
  });
});
