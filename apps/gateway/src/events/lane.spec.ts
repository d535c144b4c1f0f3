import { compileAcl } from '@aftertone/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Viewer } from './access-index.ts';
import { EventHub, type PlacedEvent } from './hub.ts';
import { Lane, type LogPage } from './lane.ts';
import { comparePlaces, type Place } from './places.ts';

const service = 'mailbox';

/** Every third event is for somebody else. */
const pathOf = ({ position, part }: Place): string => ((position + part) % 3 === 0 ? 'theirs' : 'ours');
const isOurs = (place: Place): boolean => pathOf(place) === 'ours';

const viewer: Viewer = {
  tenantId: 'x',
  userId: 'U',
  tokenId: 'S',
  acl: ['events.ours'],
  allows: compileAcl(['events.ours'], { authId: 'U' }),
};

const placed = (position: number, part: number): PlacedEvent => ({
  place: { position, part },
  paths: [pathOf({ position, part })],
  event: {
    specversion: '1.0',
    id: `${position}.${part}`,
    source: '/aftertone/c1/mailbox',
    type: 'message_created',
    subject: 'mailboxes.x.messages.created',
    time: '2026-03-01T09:00:00.000Z',
    datacontenttype: 'application/json',
    tenantid: 'x',
    streamversion: 1,
    correlationid: 'x',
    data: {},
  },
});

/** A service's log, the bus that tells it with delay, and one reader: everything happens when the test says so. */
class World {
  readonly log: PlacedEvent[] = [];
  readonly seen: Place[] = [];
  private readonly hub: EventHub;
  private readonly lane: Lane;
  private readonly asked: (() => void)[] = [];
  private published = 0;

  constructor(keep: number, pageSize: number, from: Place | undefined) {
    this.hub = new EventHub(keep);
    this.hub.follow({ isLive: () => true });
    const answer = <T>(make: () => T): Promise<T> => new Promise((resolve) => this.asked.push(() => resolve(make())));
    this.lane = new Lane(
      {
        service,
        hub: this.hub,
        signal: new AbortController().signal,
        read: (after) => answer(() => this.page(after, pageSize)),
        pause: () => Promise.resolve(),
        drained: () => Promise.resolve(),
        wants: ({ place }) => isOurs(place),
        emit: ({ place }) => this.seen.push(place),
      },
      from,
    );
  }

  join(): void {
    this.hub.listen(
      {
        onEvent: (_service, event) => this.lane.onEvent(event),
        onReset: () => {
          this.lane.onReset();
          void this.lane.join();
        },
      },
      viewer,
    );
    void this.lane.join();
  }

  /** Where the lane would resume. */
  get place(): Place | undefined {
    return this.lane.place;
  }

  get head(): number {
    return this.log.at(-1)?.place.position ?? 0;
  }

  commit(parts: number): void {
    const position = this.head + 1;
    for (let part = 0; part < parts; part++) this.log.push(placed(position, part));
  }

  /** The bus tells the next event. */
  publish(): void {
    const next = this.log[this.published];
    if (next === undefined) return;
    this.published += 1;
    this.hub.publish(service, next);
  }

  /** The bus tells some of what it told before. */
  repeat(): void {
    for (const event of this.log.slice(Math.max(0, this.published - 3), this.published)) {
      this.hub.publish(service, event);
    }
  }

  /** The bus forgets what it has not told, and says so. */
  lose(): void {
    this.published = this.log.length;
    this.hub.reset(service);
  }

  async answerOne(): Promise<void> {
    this.asked.shift()?.();
    await Promise.resolve();
  }

  /** Lets everything that is under way come to its end. */
  async settle(): Promise<void> {
    while (this.published < this.log.length) this.publish();
    for (let turn = 0; turn < 200; turn++) {
      this.asked.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
      if (this.asked.length === 0) return;
    }
  }

  private page(afterPosition: number, pageSize: number): LogPage {
    const headPosition = this.head;
    const throughPosition = Math.min(headPosition, afterPosition + pageSize);
    const events = this.log.filter(({ place }) => place.position > afterPosition && place.position <= throughPosition);
    return { events, throughPosition, headPosition };
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('commit' as const), parts: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const) }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const take = async (world: World, next: Step): Promise<void> => {
  if (next.do === 'commit') world.commit(next.parts);
  else if (next.do === 'publish') world.publish();
  else if (next.do === 'lose') world.lose();
  else if (next.do === 'repeat') world.repeat();
  else await world.answerOne();
};

const run = async (world: World, steps: readonly Step[]): Promise<void> => {
  for (const next of steps) await take(world, next);
  await world.settle();
};

describe('a lane', () => {
  it('gives every event from its place on, once and in order, however log and bus race', async () => {
    const places = fc.record({ position: fc.integer({ min: 1, max: 6 }), part: fc.integer({ min: 0, max: 2 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        places,
        fc.array(step, { maxLength: 15 }),
        fc.array(step, { maxLength: 40 }),
        async (keep, pageSize, from, before, after) => {
          const world = new World(keep, pageSize, from);
          await run(world, before);
          world.join();
          await run(world, after);
          expect(world.seen).toEqual(
            world.log.map(({ place }) => place).filter((place) => isOurs(place) && comparePlaces(place, from) >= 0),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('stands, at any time, behind all that it gave and before all that it did not', async () => {
    const places = fc.record({ position: fc.integer({ min: 1, max: 6 }), part: fc.integer({ min: 0, max: 2 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        places,
        fc.array(step, { maxLength: 20 }),
        fc.array(step, { maxLength: 40 }),
        async (keep, from, before, steps) => {
          const world = new World(keep, 2, from);
          for (const next of before) await take(world, next);
          world.join();
          let stood = from;
          for (const next of steps) {
            await take(world, next);
            const stands = world.place ?? from;
            expect(comparePlaces(stands, stood)).toBeGreaterThanOrEqual(0);
            stood = stands;
            expect(world.seen).toEqual(
              world.log
                .map(({ place }) => place)
                .filter((place) => isOurs(place) && comparePlaces(place, from) >= 0)
                .filter((place) => comparePlaces(place, stands) < 0),
            );
          }
          await world.settle();
          const last = world.log.at(-1)?.place;
          if (last !== undefined && comparePlaces(last, from) >= 0) {
            expect(comparePlaces(world.place ?? from, last)).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('without a place gives what comes live from then on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), fc.integer({ min: 1, max: 20 }), async (before, after) => {
        const world = new World(3, 2, undefined);
        await run(world, before);
        world.join();
        await world.settle();
        const { head } = world;
        for (let n = 0; n < after; n++) world.commit(1);
        await world.settle();
        const places = world.log.map(({ place }) => place);
        expect(world.seen).toEqual(places.filter((place) => place.position > head && isOurs(place)));
      }),
      { numRuns: 300 },
    );
  });

  it('without a place has one from the first live event on, whoever that was for', async () => {
    const world = new World(3, 2, undefined);
    for (let n = 0; n < 2; n++) world.commit(1);
    world.lose();
    world.join();
    await world.settle();
    expect(world.place).toBeUndefined();
    world.commit(1); // not ours
    world.publish();
    expect(world.place).toEqual({ position: 3, part: 1 });
    world.commit(1);
    world.lose();
    await world.settle();
    expect(world.seen).toEqual([{ position: 4, part: 0 }]);
  });
});
