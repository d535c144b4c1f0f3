import { setTimeout as delay } from 'node:timers/promises';
import { deadline } from './deadline.ts';

/** What a reader left unanswered that was killed comes again within this time: the bus waits 30 s. Milliseconds. */
const graceMs = 45_000;
const firstAskMs = 50;
const askEveryMs = 1_000;

export interface TakeoverParts {
  /** Deliveries that were out unanswered when this reader came. */
  left: number;
  /** How many are out now; undefined when nobody says. */
  ask: () => Promise<number | undefined>;
  signal: AbortSignal;
}

/**
 * The beginning of a reader whose predecessor left deliveries unanswered. The bus brings them again, but perhaps behind newer
 * events, and half a minute later: until they are here nothing can be handed on in order.
 */
export class Takeover {
  /** Resolves when what was left has come, has been answered after all, or has had its time. */
  readonly over: Promise<void>;
  private readonly parts: TakeoverParts;
  private readonly finished = new AbortController();
  private readonly finish: () => void;
  private readonly seen = new Set<string>();
  private readonly unanswered = new Set<string>();
  private back = 0;

  constructor(parts: TakeoverParts) {
    this.parts = parts;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.finish = () => {
      this.finished.abort();
      resolve();
    };
    if (parts.left === 0) this.finish();
  }

  /** A delivery of a copy; `held` when it waits here for the end of this. */
  see(copy: string, { redelivered, held }: { redelivered: boolean; held: boolean }): void {
    if (this.finished.signal.aborted) return;
    if (held) this.unanswered.add(copy);
    if (this.seen.has(copy)) return; // held for so long that the bus repeats it: not one of those that were left
    if (this.seen.size === 0) void this.watch();
    this.seen.add(copy);
    if (redelivered) this.back += 1;
    if (this.back >= this.parts.left) this.finish();
  }

  /** Answers of the former reader may still have been under way when the deliveries were counted. */
  private async watch(): Promise<void> {
    const signal = AbortSignal.any([this.parts.signal, this.finished.signal]);
    void deadline(graceMs).then(this.finish);
    for (let wait = firstAskMs; !signal.aborted; wait = Math.min(2 * wait, askEveryMs)) {
      // Counted before asking: what is delivered meanwhile must not stand for what is still out.
      const here = this.unanswered.size;
      const out = await this.parts.ask().catch(() => undefined);
      if (out !== undefined && out <= here) this.finish();
      else await delay(wait, undefined, { signal }).catch(() => undefined);
    }
    this.finish();
  }
}
