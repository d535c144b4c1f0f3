import type { FeedStamp, Stamps } from '../types.ts';
import { feedName, type KnownFeed, type KnownFeeds } from './known-feeds.ts';
import type { WireRequest } from './wire.ts';

/** A feed on its way through a batch. */
export interface FeedTurn {
  readonly name: string;
  readonly before: KnownFeed;
  sequence: number;
  counters: number[];
}

/** What a batch does to its feeds when every member passes. */
export interface ForeseenFeeds {
  readonly turns: readonly FeedTurn[];
  /** Per event of the batch; undefined: none. */
  readonly stamps: ReadonlyArray<Stamps | undefined>;
  /** The same as JSON. */
  readonly stampsJson: readonly string[];
}

const noStamps = '{}';

/** Takes the feed changes of a batch in their order; null when one of them does not pass, or who knows. */
export function foreseeFeeds(requests: readonly WireRequest[], known: KnownFeeds): ForeseenFeeds | null {
  const turns = new Map<string, FeedTurn>();
  const stamps: Array<Record<string, FeedStamp> | undefined> = [];
  const stampsJson: string[] = [];
  for (const { request, feeds } of requests) {
    const first = stampsJson.length;
    for (let event = 0; event < request.events.length; event += 1) {
      stamps.push(undefined);
      stampsJson.push(noStamps);
    }
    for (const { event, feed, role, take, delta, grow, requireOpen } of feeds) {
      const name = feedName(request.tenantId, feed);
      let turn = turns.get(name);
      if (turn === undefined) {
        const before = known.get(name);
        if (before === null) return null;
        turn = { name, before, sequence: before.sequence, counters: [...before.counters] };
        turns.set(name, turn);
      }
      const { before, counters } = turn;
      // More counters than the feed has: the judge makes room.
      if ((requireOpen && !before.open) || delta.length > counters.length) return null;
      for (let j = 0; j < delta.length; j += 1) counters[j] = (counters[j] ?? 0) + (delta[j] ?? 0);
      if (grow !== undefined && exceeds(counters, grow, before.limits)) return null;
      // The sequence of a stamp is the first number that the change takes.
      const stamp = { feedId: feed, access: before.access, sequence: turn.sequence + 1, counters: [...counters] };
      turn.sequence += take;
      const at = first + event;
      const others = stamps[at];
      const member = memberJson(role, stamp, before.accessJson);
      // As in an object, the last of a role counts.
      stampsJson[at] = others === undefined ? `{${member}}` : `${stampsJson[at]?.slice(0, -1)},${member}}`;
      stamps[at] = { ...others, [role]: stamp };
    }
  }
  return { turns: [...turns.values()], stamps, stampsJson };
}

/** Growing a counter beyond its limit is refused; one that is there already may stay. */
const exceeds = (counters: readonly number[], grow: readonly number[], limits: ReadonlyArray<number | null>): boolean =>
  grow.some((added, j) => added > 0 && (counters[j] ?? 0) > (limits[j] ?? Number.POSITIVE_INFINITY));

const memberJson = (role: string, { feedId, sequence, counters }: FeedStamp, accessJson: string): string =>
  `${JSON.stringify(role)}:{"feedId":${JSON.stringify(feedId)},"access":${accessJson},"sequence":${sequence},"counters":[${counters.join()}]}`;

/** The feeds after the batch. */
export const feedsAfter = function* ({ turns }: ForeseenFeeds): Generator<[string, KnownFeed]> {
  for (const { name, before, sequence, counters } of turns) {
    yield [name, { ...before, revision: before.revision + 1, sequence, counters }];
  }
};
