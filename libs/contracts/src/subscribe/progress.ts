import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 1_000;

interface Item {
  cursor: string;
  acknowledged: boolean;
}

/**
 * How far a replay has been acknowledged without a hole. It is kept once a second rather than with every event: after a
 * crash the events of up to that second come again.
 */
export class Progress {
  private readonly items: Item[] = [];
  private readonly keep: (after: string | null) => Promise<void>;
  private readonly signal: AbortSignal;
  private reached: string | null | undefined;
  private kept: string | null | undefined;
  private complete = false;
  private running: Promise<void> | undefined;
  private hurry = new AbortController();

  /** `keep` is told the cursor behind everything acknowledged, and null at the end. */
  constructor(keep: (after: string | null) => Promise<void>, signal: AbortSignal) {
    this.keep = keep;
    this.signal = signal;
  }

  /** The next event of the history; what comes back marks it as acknowledged. */
  follow(cursor: string): () => void {
    const item = { cursor, acknowledged: false };
    this.items.push(item);
    return () => {
      item.acknowledged = true;
      this.advance();
    };
  }

  /** There are no more events. */
  end(): void {
    this.complete = true;
    this.advance();
  }

  /** Keeps what is not kept yet. */
  async flush(): Promise<void> {
    this.hurry.abort();
    await this.running;
    await this.keepReached();
  }

  private advance(): void {
    while (this.items[0]?.acknowledged) this.reached = this.items.shift()?.cursor;
    if (this.complete && this.items.length === 0) this.reached = null;
    // What fails here fails again when it is flushed, and is told there.
    this.running ??= this.keepUp()
      .catch(() => undefined)
      .finally(() => {
        this.running = undefined;
      });
  }

  private async keepUp(): Promise<void> {
    while (this.reached !== undefined && this.reached !== this.kept && !this.signal.aborted) {
      await this.keepReached();
      // The last word need not wait for others.
      const signal = AbortSignal.any([this.signal, this.hurry.signal]);
      if (this.reached !== null) await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async keepReached(): Promise<void> {
    const { reached } = this;
    if (reached === undefined || reached === this.kept) return;
    await this.keep(reached);
    this.kept = reached;
  }
}
