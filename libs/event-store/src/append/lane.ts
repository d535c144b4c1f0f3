import { unavailable } from '@aftertone/kernel';
import { storeUnavailable } from '../database/errors.ts';
import { KnownFeeds } from './known-feeds.ts';
import { LaneConnection, type LaneConnectionOptions } from './lane-connection.ts';
import { LaneQueue } from './lane-queue.ts';
import { LaneSession } from './lane-session.ts';
import type { AppendOutcome, AppendRequest } from './request.ts';
import { toWire } from './wire.ts';

export interface LaneOptions {
  /** Requests of one batch at most. */
  maxBatch: number;
  /** Requests that may wait; more are refused with `store-overloaded`. */
  maxQueue: number;
  /** How long a request may wait for its batch, in milliseconds, before it is refused with `store-unavailable`. */
  queueTimeoutMs: number;
}

/**
 * The one way of this process into the log: what waits while a batch runs is the next batch, so batches grow with load
 * and a lonely request waits for nobody. Under load two sessions take turns; the lock in the database orders them, as it
 * does those of other processes.
 */
export class AppendLane {
  readonly #options: LaneOptions;
  readonly #queue: LaneQueue;
  readonly #sessions: readonly LaneSession[];
  #closed = false;

  constructor(options: LaneOptions & LaneConnectionOptions) {
    this.#options = options;
    this.#queue = new LaneQueue(options.maxBatch);
    const known = new KnownFeeds();
    this.#sessions = [1, 2].map(
      () => new LaneSession(this.#queue, new LaneConnection(options, known), () => this.#start()),
    );
  }

  /**
   * @throws DomainError unavailable `store-overloaded` when too many wait, `store-unavailable` when the database does
   *   not answer in time (the request may then have been written all the same, if its batch was already on its way);
   *   any other error is the database's refusal of this very request
   */
  append(request: AppendRequest): Promise<AppendOutcome> {
    if (this.#closed) return Promise.reject(storeUnavailable(new Error('the event store is closed')));
    if (this.#queue.length >= this.#options.maxQueue) {
      return Promise.reject(unavailable('store-overloaded', 'Too many changes are waiting; try again later.'));
    }
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + this.#options.queueTimeoutMs;
      this.#queue.add({ request, wire: toWire(request), deadline, uncertain: false, resolve, reject });
      this.#start();
    });
  }

  /** Writes what waits and ends the sessions. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#sessions.some((session) => session.isWorking)) {
      await Promise.all(this.#sessions.map((session) => session.finished()));
    }
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  #start(): void {
    const idle = this.#sessions.find((session) => !session.isWorking);
    const isBusy = this.#sessions.some((session) => session.isWorking);
    if (isBusy ? this.#queue.hasWorkForTwo : this.#queue.length > 0) idle?.start();
  }
}
