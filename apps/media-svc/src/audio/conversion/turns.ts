import { unavailable } from '@aftertone/kernel';
import { conversionsUnderWay, conversionsWaiting } from '../../metrics.ts';

/** How long somebody who finds the line full is asked to wait. */
const retryAfterSeconds = 5;

export interface TurnLimits {
  atOnce: number;
  waiting: number;
}

/** Lets so many work at once, and so many more wait in line for their turn. */
export class Turns {
  private readonly limits: TurnLimits;
  private taken = 0;
  private readonly line = new Set<() => void>();

  constructor(limits: TurnLimits) {
    this.limits = limits;
  }

  /**
   * Waits for a turn. Who gets one calls the returned function when it is over, once or more often.
   * @param signal of one who leaves the line.
   * @throws DomainError `media-busy` when the line is full; or the signal's reason.
   */
  async take(signal: AbortSignal): Promise<() => void> {
    if (this.taken >= this.limits.atOnce) await this.wait(signal);
    else this.count(1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.pass();
    };
  }

  private async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.line.size >= this.limits.waiting) {
      throw unavailable('media-busy', 'Too many recordings are being converted now.', { retryAfterSeconds });
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      this.line.delete(resolve);
      reject(signal.reason);
    };
    this.line.add(resolve);
    conversionsWaiting.inc();
    signal.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      conversionsWaiting.dec();
      signal.removeEventListener('abort', leave);
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
    conversionsUnderWay.inc(change);
  }
}
