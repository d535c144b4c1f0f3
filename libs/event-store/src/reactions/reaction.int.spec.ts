import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventStore } from '../store/store.ts';
import { openBox, type SampleStore, sampleStore, toLetter } from '../test-support/sample-store.ts';
import type { RecordedEvent } from '../types.ts';
import { type Reaction, type ReactionOptions, startReaction } from './reaction.ts';

let sample: SampleStore;
let reactions: Reaction[];
beforeEach(async () => {
  sample = await sampleStore();
  reactions = [];
});
afterEach(async () => {
  await Promise.all(reactions.map((reaction) => reaction.stop()));
  await sample.close();
});

function react(handle: ReactionOptions['handle'], options: Partial<ReactionOptions> = {}): Reaction {
  const reaction = startReaction({ store: sample.store, name: 'test', handle, takeOverMs: 20, ...options });
  reactions.push(reaction);
  return reaction;
}

async function post(letters: number, store: EventStore = sample.store): Promise<void> {
  const { tenantId, boxId } = await openBox(store);
  for (let n = 0; n < letters; n += 1) {
    await toLetter(store, { type: 'PostLetter', data: { boxId, grams: 1 } }, { tenantId, id: newId(), isNew: true });
  }
}

const upTo = (count: number, from = 1): number[] => Array.from({ length: count - from + 1 }, (_, n) => n + from);
const positions = (events: readonly RecordedEvent[]): number[] => events.map(({ position }) => position);

describe('a reaction', () => {
  it('is given every event in order, and after a restart what came in between', async () => {
    const seen: number[] = [];
    const handle = async (events: readonly RecordedEvent[]) => void seen.push(...positions(events));
    await post(4);
    const first = react(handle);
    await eventually(() => expect(seen).toEqual(upTo(5)));
    await first.stop();
    await post(1, await sample.another());
    react(handle);
    await eventually(() => expect(seen).toEqual(upTo(7)));
  });

  it('tries a failure again, one by one, and then goes on', async () => {
    await post(5);
    const done: number[] = [];
    let failures = 0;
    react(async (events) => {
      if (events.some(({ position }) => position === 3) && failures < 3) {
        failures += 1;
        throw new Error('not yet');
      }
      done.push(...positions(events));
    });
    await eventually(() => expect(done).toEqual(upTo(6)));
    expect(failures).toBe(3);
  });

  it('can begin with what comes from now on', async () => {
    await post(3);
    const seen: number[] = [];
    const reaction = react(async (events) => void seen.push(...positions(events)), { from: 'now' });
    await eventually(() => expect(reaction.position()).toBe(4));
    await post(0);
    await eventually(() => expect(seen).toEqual([5]));
  });

  it('works in one process at a time', async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    const handle = async (events: readonly RecordedEvent[]) => {
      running += 1;
      most = Math.max(most, running);
      await sample.store.pool.query('SELECT pg_sleep(0.005)');
      seen.push(...positions(events));
      running -= 1;
    };
    const all = [react(handle, { pageSize: 2 }), react(handle, { pageSize: 2 })];
    await post(9);
    await eventually(() => expect(seen).toEqual(upTo(10)));
    await all.find((one) => one.isLeader())?.stop();
    await post(4);
    await eventually(() => expect(seen).toEqual(upTo(15)));
    expect(most).toBe(1);
  });
});
