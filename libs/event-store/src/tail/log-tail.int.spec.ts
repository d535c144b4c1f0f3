import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Queryable } from '../store/log.ts';
import type { EventStore } from '../store/store.ts';
import { openBox, type SampleStore, sampleStore, toLetter } from '../test-support/sample-store.ts';
import type { Follower, NextOptions } from './log-tail.ts';

let sample: SampleStore;
let store: EventStore;
let reads: number;
let session: Queryable;
let followers: Follower[];
const never = new AbortController().signal;

beforeEach(async () => {
  sample = await sampleStore();
  store = sample.store;
  reads = 0;
  session = {
    query: (query) => {
      reads += 1;
      return store.pool.query(query);
    },
  };
  followers = [];
});
afterEach(async () => {
  for (const follower of followers) follower.close();
  await sample.close();
});

function follow(position: number) {
  const follower = store.tail.follow(session, position);
  followers.push(follower);
  return async (after: number, more: Partial<NextOptions> = {}) => {
    const { events, through } = await follower.next({ after, limit: 1_000, waitMs: 10_000, signal: never, ...more });
    return { positions: events.map(({ position: place }) => place), through };
  };
}

/** `1 + letters` events. */
async function post(letters: number, on = store): Promise<void> {
  const { tenantId, boxId } = await openBox(on);
  const data = { boxId, grams: 1, sender: 'somebody' };
  const one = () => toLetter(on, { type: 'PostLetter', data }, { tenantId, id: newId(), isNew: true });
  await Promise.all(Array.from({ length: letters }, one));
}

const upTo = (count: number, from = 1): number[] => Array.from({ length: count - from + 1 }, (_, n) => n + from);

describe('the tail of a log', () => {
  it('reads a page once for all who follow', async () => {
    await post(20);
    const looks = await Promise.all([follow(0), follow(0), follow(0)].map((next) => next(0)));
    expect(looks.map(({ positions }) => positions)).toEqual([upTo(21), upTo(21), upTo(21)]);
    expect(reads).toBe(1);
  });

  it('knows what this process appends without reading, as it would be read', async () => {
    const nothing = { query: async () => ({ rows: [] }) } as unknown as Queryable;
    const follower = store.tail.follow(nothing, 0);
    followers.push(follower);
    let after = 0;
    for (const letters of [0, 3, 40]) {
      const waiting = follower.next({ after, limit: 1_000, waitMs: 10_000, signal: never });
      await post(letters);
      const { events, through } = await waiting;
      expect(events).toEqual(await store.log.readAll(after, events.length));
      // What was appended after the first of them.
      const rest = store.log.readAll(through, 1_000);
      const more = await follower.next({ after: through, limit: 1_000, waitMs: 0, signal: never });
      expect(more.events).toEqual(await rest);
      after = more.through;
    }
    expect(after).toBe(46);
  });

  it('finds what other processes append, also between its own', async () => {
    const another = await sample.another();
    const next = follow(0);
    const seen: number[] = [];
    let after = 0;
    const following = (async () => {
      while (seen.length < 132) {
        const { positions, through } = await next(after, { limit: 7 });
        seen.push(...positions);
        after = through;
      }
    })();
    await Promise.all([post(32), post(32, another), post(32), post(32, another)]);
    await following;
    expect(seen).toEqual(upTo(132));
  });

  it('lets who is far behind read for itself, while the others stay at the end', async () => {
    await post(700);
    const fast = follow(650);
    expect(await fast(650)).toEqual({ positions: upTo(701, 651), through: 701 });
    const slow = follow(0);
    expect(await slow(0, { limit: 300 })).toEqual({ positions: upTo(300), through: 300 });
    expect((await slow(300, { limit: 300 })).positions).toEqual(upTo(600, 301));
    reads = 0;
    expect((await slow(660)).positions).toEqual(upTo(701, 661));
    expect(reads).toBe(0);
    await post(0);
    expect((await Promise.all([fast(701), slow(701)])).map(({ positions }) => positions)).toEqual([[702], [702]]);
  });

  it('passes over what is not wanted, near and far', async () => {
    await post(2);
    await post(1);
    const types = new Set(['BoxOpened']);
    const far = follow(5);
    expect(await far(5, { waitMs: 0 })).toEqual({ positions: [], through: 5 });
    const next = follow(0);
    expect(await next(0, { types, limit: 1 })).toEqual({ positions: [1], through: 1 });
    expect((await next(1, { types, limit: 2 })).positions).toEqual([4]);
    const waiting = next(4, { types });
    // Before anything is posted: a wait that finds something at once ends without having passed over what precedes it.
    await eventually(() => expect(followers[1]?.position).toBe(5));
    await post(1);
    expect((await waiting).positions).toEqual([6]);
  });

  it('ends a wait by the signal, and tells of a log that cannot be read', async () => {
    const stopping = new AbortController();
    const waiting = follow(0)(0, { signal: stopping.signal });
    stopping.abort();
    expect(await waiting).toEqual({ positions: [], through: 0 });
    session = { query: () => Promise.reject(new Error('Connection terminated')) };
    await expect(follow(9)(9)).rejects.toMatchObject({ code: 'store-unavailable' });
  });
});
