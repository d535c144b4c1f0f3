import type { Command, DomainEvent } from '@aftertone/kernel';
import type { AppendRequest, FeedPlan, StampPlan } from '../append/request.ts';
import type { Aggregate, EventMeta, FeedChange } from '../types.ts';
import { type KeySource, sealEvents } from './seal-events.ts';

/** What a command led to, before it is written. */
export interface Change<State, E extends DomainEvent> {
  before: State;
  after: State;
  events: readonly E[];
}

export interface Place {
  tenantId: string;
  id: string;
  streamId: string;
  /** Version before the change. */
  version: number;
  meta: EventMeta;
  at: string;
}

/** Turns a change into what the append writes: events with their fields sealed, feeds, rows and claims. Pure but for ids. */
export function planAppend<State, C extends Command, E extends DomainEvent>(
  aggregate: Aggregate<State, C, E>,
  { before, after, events }: Change<State, E>,
  place: Place,
  keyOf: KeySource,
): AppendRequest {
  const sealed = sealEvents(aggregate, events, place, keyOf);
  const effects =
    aggregate.effects?.(before, after, events, { ...place, version: place.version + events.length }) ?? {};
  return {
    tenantId: place.tenantId,
    streamId: place.streamId,
    kind: aggregate.type,
    expectedVersion: place.version,
    at: place.at,
    events: sealed.events,
    feeds: planFeeds(feedChanges(aggregate, before, events, place)),
    claims: effects.claims ?? [],
    rows: effects.rows ?? [],
    ...(sealed.sealKey === undefined ? {} : { sealKey: sealed.sealKey }),
    destroyKey: effects.destroyKey ?? false,
  };
}

/** The feed changes of each event, from the states around it. */
function feedChanges<State, C extends Command, E extends DomainEvent>(
  aggregate: Aggregate<State, C, E>,
  before: State,
  events: readonly E[],
  place: Place,
): FeedChange[][] {
  if (aggregate.feeds === undefined) return [];
  let state = before;
  return events.map((event, index) => {
    const next = aggregate.decider.evolve(state, event);
    const changes = aggregate.feeds?.(state, next, event, { ...place, version: place.version + index + 1 }) ?? [];
    state = next;
    return changes;
  });
}

/** Sums the changes per feed, so that the guards judge the request as a whole, and keeps the running values per event. */
export function planFeeds(changes: ReadonlyArray<readonly FeedChange[]>): FeedPlan[] {
  const plans = new Map<string, FeedPlan>();
  changes.forEach((ofEvent, index) => {
    for (const change of ofEvent) {
      plans.set(change.feedId, extended(plans.get(change.feedId), change, index + 1));
    }
  });
  return [...plans.values()];
}

function extended(plan: FeedPlan | undefined, change: FeedChange, event: number): FeedPlan {
  const delta = sum(plan?.delta ?? [], change.delta ?? []);
  const set = change.set ?? {};
  const changesAccess = set.access !== undefined && change.create !== true;
  const access = set.access ?? plan?.access;
  const stamp: StampPlan = {
    event,
    role: change.role,
    skip: plan?.take ?? 0,
    delta,
    ...(access === undefined ? {} : { access }),
    ...(changesAccess ? { changed: true as const } : {}),
    ...(changesAccess && plan?.access !== undefined ? { previous: plan.access } : {}),
  };
  return {
    feed: change.feedId,
    role: plan?.role ?? change.role,
    requireOpen: (plan?.requireOpen ?? false) || (change.requireOpen ?? true),
    delta,
    take: (plan?.take ?? 0) + change.take,
    stamps: [...(plan?.stamps ?? []), stamp],
    ...(plan?.create === true || change.create === true ? { create: true as const } : {}),
    ...defined('open', set.open ?? plan?.open),
    ...defined('limits', set.limits ?? plan?.limits),
    ...defined('access', access),
  };
}

const defined = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });

const sum = (left: readonly number[], right: readonly number[]): number[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, index) => (left[index] ?? 0) + (right[index] ?? 0));
