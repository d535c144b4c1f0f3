import { maxCounters } from '../schema/judge-feeds.sql.ts';
import type { FeedStamp, Stamps } from '../types.ts';
import type { WireRequest } from './wire.ts';

/** A feed after the batch, as `append_whole` answers it. */
export type FeedAfter = readonly [sequence: number, counters: readonly number[], access: unknown];

/** What the batch does to one feed. Counters are as they would be if they had begun at zero. */
export interface FeedSum {
  /** From 1. */
  place: number;
  tenant: string;
  feed: string;
  take: number;
  mustBeOpen: boolean;
  /** How many counters the batch adds to. */
  width: number;
  counters: number[];
  /** Where each counter is highest at the end of a request that raises it: what its limit must allow. */
  peaks: number[];
}

/** One change of a feed by an event. `sum` is null for an event without any. */
export interface FeedStep {
  /** Of the batch, from 1. */
  event: number;
  sum: FeedSum | null;
  role: string;
  /** What is to be added to the feed's numbers after the batch to have those of this change. */
  sequence: number;
  counters: readonly number[];
}

const neverHigh = -Number.MAX_SAFE_INTEGER;
const zeros: readonly number[] = Array<number>(maxCounters).fill(0);

/** The feed changes of a batch, summed up: the database adds once per feed, and both sides make the stamps of it. */
export class FeedSums {
  readonly sums: readonly FeedSum[];
  readonly steps: readonly FeedStep[];

  constructor(requests: readonly WireRequest[]) {
    const sums = new Map<string, FeedSum>();
    const steps: Array<{ event: number; sum: FeedSum; role: string; sequence: number; counters: readonly number[] }> =
      [];
    let eventsBefore = 0;
    for (const { request, feeds } of requests) {
      for (const { event, feed, role, take, delta, grow, requireOpen } of feeds) {
        const sum = sumOf(sums, request.tenantId, feed);
        sum.mustBeOpen ||= requireOpen;
        sum.width = Math.max(sum.width, delta.length);
        for (let j = 0; j < delta.length; j += 1) sum.counters[j] = (sum.counters[j] ?? 0) + (delta[j] ?? 0);
        grow?.forEach((added, j) => {
          if (added > 0) sum.peaks[j] = Math.max(sum.peaks[j] ?? neverHigh, sum.counters[j] ?? 0);
        });
        // The sequence of a stamp is the first number that the change takes.
        steps.push({
          event: eventsBefore + event + 1,
          sum,
          role,
          sequence: sum.take + 1,
          counters: sum.counters.slice(),
        });
        sum.take += take;
      }
      eventsBefore += request.events.length;
    }
    this.sums = [...sums.values()];
    this.steps = steps.map(({ sum, ...step }) => ({
      ...step,
      sum,
      sequence: step.sequence - sum.take,
      counters: step.counters.map((value, j) => value - (sum.counters[j] ?? 0)),
    }));
  }

  /** The steps, and an empty one for each of `events` that has none: so that every event has a stamp. */
  stepsOf(events: number): readonly FeedStep[] {
    if (this.sums.length === 0) return [];
    const touched = new Set(this.steps.map(({ event }) => event));
    if (touched.size === events) return this.steps;
    const others = Array.from({ length: events }, (_, index) => index + 1).filter((event) => !touched.has(event));
    return [...this.steps, ...others.map((event) => ({ event, sum: null, role: '', sequence: 0, counters: zeros }))];
  }

  /** Per event its stamps; undefined where there are none. */
  stamps(after: readonly FeedAfter[]): Array<Stamps | undefined> {
    const stamps: Array<Record<string, FeedStamp> | undefined> = [];
    for (const { event, sum, role, sequence, counters } of this.steps) {
      const feed = after[(sum?.place ?? 0) - 1];
      if (sum === null || feed === undefined) throw new Error('append_whole gave no answer for a feed');
      const [last, totals, access] = feed;
      stamps[event - 1] = {
        ...stamps[event - 1],
        [role]: {
          feedId: sum.feed,
          access,
          sequence: last + sequence,
          counters: totals.map((total, j) => total + (counters[j] ?? 0)),
        },
      };
    }
    return stamps;
  }
}

function sumOf(sums: Map<string, FeedSum>, tenant: string, feed: string): FeedSum {
  const name = `${tenant}${feed}`;
  const known = sums.get(name);
  if (known !== undefined) return known;
  const counters = zeros.slice();
  const peaks = zeros.map(() => neverHigh);
  const sum = { place: sums.size + 1, tenant, feed, take: 0, mustBeOpen: false, width: 0, counters, peaks };
  sums.set(name, sum);
  return sum;
}
