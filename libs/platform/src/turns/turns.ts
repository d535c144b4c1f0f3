import type { Gauge } from 'prom-client';

export interface TurnsOptions {
  atOnce: number;
  waiting: number;
  /** What somebody is told who finds the line full. */
  full: () => Error;
  /** Gauges of those at work and of those in line. */
  gauges?: Partial<Record<'working' | 'waiting', Gauge>>;
}

/** Lets so many work at once, and so many more wait in line for their turn. */
export class Turns {
  private readonly options: TurnsOptions;
  private taken = 0;
  private readonly line = new Set<() => void>();

  constructor(options: TurnsOptions) {
    this.options = options;
  }

  /** Nobody works and nobody waits. */
  get idle(): boolean {
    return this.taken === 0;
  }

  /**
   * Waits for a turn. Who gets one calls the returned function when it is over, once or more often.
   * @param leave makes the signal of one who leaves the line; called only where there is a line to stand in.
   * @throws what `full` makes when the line is full; or the signal's reason.
   */
  async take(leave: () => AbortSignal): Promise<() => void> {
    if (this.taken >= this.options.atOnce) await this.wait(leave);
    else this.count(1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.pass();
    };
  }

  private async wait(leave: () => AbortSignal): Promise<void> {
    if (this.line.size >= this.options.waiting) throw this.options.full();
    const signal = leave();
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leaving = (): void => {
      this.line.delete(resolve);
      reject(signal.reason);
    };
    this.line.add(resolve);
    this.options.gauges?.waiting?.inc();
    signal.addEventListener('abort', leaving, { once: true });
    try {
      await promise;
    } finally {
      this.options.gauges?.waiting?.dec();
      signal.removeEventListener('abort', leaving);
    }
  }

  /** The next in line takes over; with nobody there the turn is free. */
  private pass(): void {
    const [next] = this.line;
    if (next === undefined) this.count(-1);
    else {
      this.line.delete(next);
      next();
    }
  }

  private count(change: number): void {
    this.taken += change;
    this.options.gauges?.working?.inc(change);
  }
}
