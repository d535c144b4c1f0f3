import { maxCounters } from '../schema/judge-feeds.sql.ts';
import type { FeedChange } from '../types.ts';

/** A feed change of one event as `append_batch` takes it. */
export interface PlannedFeedChange {
  /** Place of the event in its request, from 0. */
  event: number;
  feed: string;
  role: string;
  take: number;
  delta: readonly number[];
  /** In the last change of the request to the feed: what the request as a whole adds to each counter. */
  grow?: readonly number[];
  requireOpen: boolean;
  /** The request makes the feed. */
  create?: boolean;
  /** The feed is made when it is missing. */
  ensure?: true;
  /** What the request has set so far. */
  open?: boolean;
  access?: unknown;
  limits?: ReadonlyArray<number | null>;
  /** This event changes the access of an existing feed; `previous`: from what the request itself had set before. */
  changed?: true;
  previous?: unknown;
}

interface FeedSoFar {
  grow: readonly number[];
  create: boolean;
  set: NonNullable<FeedChange['set']>;
  last: PlannedFeedChange;
}

/** Puts the changes of a request's events in order, each with what the request did before it to the same feed. */
export function planFeeds(changes: ReadonlyArray<readonly FeedChange[]>): PlannedFeedChange[] {
  const feeds = new Map<string, FeedSoFar>();
  const planned: PlannedFeedChange[] = [];
  changes.forEach((ofEvent, event) => {
    for (const change of ofEvent) {
      const { feedId: feed, role, take, delta = [] } = change;
      if (delta.length > maxCounters) throw new Error(`a feed has ${maxCounters} counters at most`);
      const before = feeds.get(feed);
      const create = (before?.create ?? false) || change.create === true;
      const set = { ...before?.set, ...change.set };
      const changesAccess = change.set?.access !== undefined && change.create !== true;
      const current: PlannedFeedChange = {
        event,
        feed,
        role,
        take,
        delta,
        requireOpen: change.requireOpen ?? true,
        ...(create ? { create } : {}),
        ...(change.ensure ? { ensure: true as const } : {}),
        ...set,
        ...(changesAccess ? { changed: true as const, previous: before?.set.access } : {}),
      };
      feeds.set(feed, { grow: sum(before?.grow ?? [], delta), create, set, last: current });
      planned.push(current);
    }
  });
  const last = new Map([...feeds.values()].map((feed) => [feed.last, feed.grow]));
  return planned.map((change) => {
    const grow = last.get(change);
    return grow === undefined ? change : { ...change, grow };
  });
}

const sum = (left: readonly number[], right: readonly number[]): number[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, index) => (left[index] ?? 0) + (right[index] ?? 0));
