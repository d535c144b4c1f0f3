import type { Command, DomainEvent } from '@aftertone/kernel';
import type { AppendRequest } from '../append/request.ts';
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
    feeds: feedChanges(aggregate, before, events, place),
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
