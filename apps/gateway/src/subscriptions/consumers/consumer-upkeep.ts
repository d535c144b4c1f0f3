import type { ServiceName } from '@aftertone/contracts';
import { type Bus, type HeldConsumer, PushConsumers, StreamPositions, takesManyFilters } from '@aftertone/messaging';
import type { Session } from '../../access/session.ts';
import { services } from '../../events/places.ts';
import type { Start } from '../beginnings.ts';
import type { Positions } from '../subscription.entity.ts';
import { consumerPrefix, type Plan, type PlanSettings, planOf, subscriptionOfConsumer, type Wanted } from './plan.ts';

export interface UpkeepOptions extends Pick<PlanSettings, 'ackWaitMs' | 'maxPending'> {
  bus: Bus;
  cell: string;
}

/** What a service's stream has for subscriptions. */
export interface StreamView {
  positions: StreamPositions;
  /** Consumers by subscription. */
  held: ReadonlyMap<string, readonly HeldConsumer[]>;
}

export type StreamViews = ReadonlyMap<ServiceName, StreamView>;

type PlannedConsumer = Plan['consumers'][number];

const isAsPlanned = (held: readonly HeldConsumer[], wanted: readonly PlannedConsumer[]): boolean => {
  const form = ({ name, deliverSubject, filters }: HeldConsumer | PlannedConsumer): string =>
    JSON.stringify([name, deliverSubject, [...filters].sort()]);
  const there = new Set(held.map(form));
  return there.size === wanted.length && wanted.every((consumer) => there.has(form(consumer)));
};

/** Where consumers begin: behind what those before them were done with or, without any, at a position. */
const startIn = ({ positions }: StreamView, held: readonly HeldConsumer[], position: number): Promise<number> =>
  held.length > 0 ? Promise.resolve(Math.min(...held.map(({ floor }) => floor)) + 1) : positions.firstAt(position);

/** Makes the consumers of subscriptions, and makes them again where they are not as they should be. */
export class ConsumerUpkeep {
  private readonly options: UpkeepOptions;

  constructor(options: UpkeepOptions) {
    this.options = options;
  }

  plan(wanted: Wanted, session: Session): Plan {
    const { bus, cell, ackWaitMs, maxPending } = this.options;
    return planOf(wanted, session, { cell, ackWaitMs, maxPending, manyFilters: takesManyFilters(bus) });
  }

  /** The streams of all services with the consumers of all subscriptions. Missing streams are left out. */
  async look(): Promise<StreamViews> {
    const { bus, cell } = this.options;
    const consumers = await PushConsumers.of(bus);
    const views = await Promise.all(
      services.map(async (service): Promise<[ServiceName, StreamView][]> => {
        const positions = await StreamPositions.of(bus, cell, service);
        if (positions === null) return [];
        const found = await consumers.list(positions.stream, consumerPrefix, positions.lastSequence);
        return [[service, { positions, held: Map.groupBy(found, ({ name }) => subscriptionOfConsumer(name) ?? '') }]];
      }),
    );
    return new Map(views.flat());
  }

  /** Makes a new subscription's consumers; where a stream is missing, `settle` does it once it is there. */
  async make({ consumers }: Plan, { sequences }: Start): Promise<void> {
    const push = await PushConsumers.of(this.options.bus);
    for (const consumer of consumers) {
      const sequence = sequences.get(consumer.service);
      if (sequence !== undefined) await push.make(consumer, sequence);
    }
  }

  /**
   * Has the consumers of one subscription be as planned; when one of a service is not, all of that service are made anew,
   * without a gap. True when nothing is missing.
   */
  async settle(id: string, plan: Plan, before: Positions, views: StreamViews): Promise<boolean> {
    const push = await PushConsumers.of(this.options.bus);
    let isComplete = true;
    for (const service of services) {
      const wanted = plan.consumers.filter((consumer) => consumer.service === service);
      const view = views.get(service);
      if (view === undefined) {
        isComplete &&= wanted.length === 0;
        continue;
      }
      const held = view.held.get(id) ?? [];
      if (isAsPlanned(held, wanted)) continue;
      const start = await startIn(view, held, before[service] ?? 1);
      for (const { name } of held) await push.remove(view.positions.stream, name);
      for (const consumer of wanted) await push.make(consumer, start);
    }
    return isComplete;
  }

  /** Where a subscription stands in each service's log; where it follows nothing, at the end. */
  async positions(id: string, plan: Plan, before: Positions, views: StreamViews): Promise<Positions> {
    const after: Positions = { ...before };
    for (const [service, { held, positions }] of views) {
      const own = held.get(id) ?? [];
      const isFollowed = plan.consumers.some((consumer) => consumer.service === service);
      if (own.length === 0 && isFollowed) continue;
      const floor = Math.min(positions.lastSequence, ...own.map((one) => one.floor));
      // Behind the last message comes, perhaps, more of the same position.
      const position = (await positions.at(floor + 1)) ?? (await positions.last());
      if (position !== null) after[service] = position;
    }
    return after;
  }

  /** Whether somebody listens. */
  isBound(id: string, views: StreamViews): boolean {
    return [...views.values()].some(({ held }) => held.get(id)?.some(({ isBound }) => isBound) === true);
  }

  /** Messages out unanswered, of consumers given as `<stream>.<consumer>`. */
  async unanswered(consumers: readonly string[]): Promise<number> {
    const push = await PushConsumers.of(this.options.bus);
    const counts = await Promise.all(
      consumers.map((consumer) => {
        const [stream = '', name = ''] = consumer.split('.');
        return push.unanswered(stream, name);
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Removes consumers, given as `<stream>.<consumer>`. */
  async remove(consumers: readonly string[]): Promise<void> {
    const push = await PushConsumers.of(this.options.bus);
    for (const consumer of consumers) {
      const [stream = '', name = ''] = consumer.split('.');
      await push.remove(stream, name);
    }
  }
}
