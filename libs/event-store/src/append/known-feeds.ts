import type { WireRequest } from './wire.ts';

/** A feed as its row is, or will be when all batches that are away have been written. */
export interface KnownFeed {
  readonly tenant: string;
  readonly feed: string;
  readonly open: boolean;
  readonly access: unknown;
  /** JSON of the access. */
  readonly accessJson: string;
  /** Per counter; null, or missing at the end: none. */
  readonly limits: ReadonlyArray<number | null>;
  readonly revision: number;
  readonly sequence: number;
  readonly counters: readonly number[];
}

/** What loads feeds: a row each, without those that do not exist. */
export type LoadFeeds = (tenants: readonly string[], feeds: readonly string[]) => Promise<KnownFeed[]>;

/** What was not used for so long is looked up again: another process may well have changed it. */
const keptMs = 1_000;
/** A feed that was not as foreseen is left to the judge for so long: another process writes into it as well. */
const contendedMs = 50;

interface Kept {
  /** Null: contended. */
  known: KnownFeed | null;
  /** Of `performance.now()`. */
  until: number;
}

export const feedName = (tenant: string, feed: string): string => `${tenant}${feed}`;

const namesIn = (requests: readonly WireRequest[]): Set<string> =>
  new Set(requests.flatMap(({ request, feeds }) => feeds.map(({ feed }) => feedName(request.tenantId, feed))));

/**
 * The feeds that this process has just changed, as it knows them. Being wrong costs a batch its quick way and nothing
 * else: the database compares the revisions.
 */
export class KnownFeeds {
  /** Those used last are last. */
  readonly #kept = new Map<string, Kept>();

  /** Null: unknown, or better left to the judge. */
  get(name: string): KnownFeed | null {
    return this.#current(name)?.known ?? null;
  }

  /**
   * Looks up what the requests change and is not known.
   *
   * @returns false when one of the feeds is contended: nothing of this batch can be foreseen
   */
  async make(requests: readonly WireRequest[], load: LoadFeeds): Promise<boolean> {
    this.#dropOld();
    const missing = new Map<string, { tenant: string; feed: string }>();
    for (const { request, feeds } of requests) {
      for (const { feed } of feeds) {
        const name = feedName(request.tenantId, feed);
        const kept = this.#current(name);
        if (kept === undefined) missing.set(name, { tenant: request.tenantId, feed });
        else if (kept.known === null) return false;
      }
    }
    if (missing.size === 0) return true;
    const wanted = [...missing.values()];
    for (const known of await load(
      wanted.map(({ tenant }) => tenant),
      wanted.map(({ feed }) => feed),
    )) {
      // Meanwhile another session may have come further.
      const name = feedName(known.tenant, known.feed);
      if (this.#current(name) === undefined) this.#keep(name, known, keptMs);
    }
    return true;
  }

  /** A batch that leaves the feeds so is on its way. */
  foresee(feeds: Iterable<readonly [name: string, feed: KnownFeed]>): void {
    for (const [name, feed] of feeds) this.#keep(name, feed, keptMs);
  }

  /** They are different from what was foreseen. */
  distrust(requests: readonly WireRequest[]): void {
    for (const name of namesIn(requests)) this.#keep(name, null, contendedMs);
  }

  /** They have changed otherwise, or not at all. */
  forget(requests: readonly WireRequest[]): void {
    for (const name of namesIn(requests)) if (this.get(name) !== null) this.#kept.delete(name);
  }

  #keep(name: string, known: KnownFeed | null, forMs: number): void {
    this.#kept.delete(name);
    this.#kept.set(name, { known, until: performance.now() + forMs });
  }

  #current(name: string): Kept | undefined {
    const kept = this.#kept.get(name);
    return kept !== undefined && kept.until > performance.now() ? kept : undefined;
  }

  #dropOld(): void {
    const now = performance.now();
    for (const [name, { until }] of this.#kept) {
      if (until > now) return;
      this.#kept.delete(name);
    }
  }
}
