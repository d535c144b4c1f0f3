import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '@aftertone/kernel';
import type { StoreLogger } from '../store/logger.ts';

const firstDelayMs = 250;
const longestDelayMs = 5_000;

export interface OpeningOptions<Opened> {
  /** One attempt. Throws while what it needs is down. */
  attempt: () => Promise<Opened>;
  close: (opened: Opened) => Promise<void>;
  logger: StoreLogger;
}

/**
 * What a service stands on, opened in the background: a service starts also while Postgres is down, refuses calls as
 * `store-unavailable`, and is there as soon as Postgres is. What is lost later the pools get back by themselves.
 */
export class Opening<Opened> {
  /** Resolves when it is open for the first time; never when it is closed before. */
  readonly opened: Promise<void>;
  private readonly options: OpeningOptions<Opened>;
  private readonly tellOpened: () => void;
  private readonly ending = new AbortController();
  private found: Opened | null = null;
  private opening: Promise<void> = Promise.resolve();

  constructor(options: OpeningOptions<Opened>) {
    this.options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.opened = promise;
    this.tellOpened = resolve;
  }

  /** What was opened. Throws `store-unavailable` while there is nothing. */
  get there(): Opened {
    if (this.found === null) throw unavailable('store-unavailable', 'The database has not answered yet.');
    return this.found;
  }

  /** Tries as often as it takes, then calls `whenOpen`; not any more once it was closed. Returns at once. */
  open(whenOpen: () => void): void {
    this.opening = this.keepTrying(whenOpen);
  }

  /** Whether it is open and `ask` is answered now. */
  async answers(ask: (opened: Opened) => Promise<unknown>): Promise<boolean> {
    if (this.found === null) return false;
    try {
      await ask(this.found);
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.opening;
    if (this.found !== null) await this.options.close(this.found);
  }

  private async keepTrying(whenOpen: () => void): Promise<void> {
    const { signal } = this.ending;
    const { attempt, logger } = this.options;
    for (let wait = firstDelayMs; !signal.aborted; wait = Math.min(wait * 2, longestDelayMs)) {
      try {
        this.found = await attempt();
        if (signal.aborted) return;
        whenOpen();
        this.tellOpened();
        return;
      } catch (error) {
        logger.error({ err: error }, 'the database cannot be opened; trying again');
      }
      await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}
