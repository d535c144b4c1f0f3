import { setImmediate as afterPending, setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '@aftertone/kernel';
import { asStoreError, isConnectionLoss, isUnavailable, storeUnavailable } from '../database/errors.ts';
import { takeBatch } from './batch.ts';
import { LaneConnection, type LaneConnectionOptions } from './lane-connection.ts';
import type { AppendOutcome, AppendRequest } from './request.ts';
import { toWire, type WireRequest } from './wire.ts';

export interface LaneOptions {
  /** Requests of one batch at most. */
  maxBatch: number;
  /** Requests that may wait; more are refused with `store-overloaded`. */
  maxQueue: number;
  /** How long a request may wait for its batch, in milliseconds, before it is refused with `store-unavailable`. */
  queueTimeoutMs: number;
}

interface Entry {
  request: AppendRequest;
  wire: WireRequest;
  /** Of `performance.now()`. */
  deadline: number;
  /** It was in a batch whose connection was lost: it may be in the log already. */
  uncertain: boolean;
  resolve(outcome: AppendOutcome): void;
  reject(error: unknown): void;
}

const reconnectDelaysMs = [20, 50, 100, 200, 400] as const;

/**
 * The one way of this process into the log: what waits while a batch runs is the next batch, so batches grow with load
 * and a lonely request waits for nobody.
 */
export class AppendLane {
  readonly #options: LaneOptions;
  readonly #connection: LaneConnection;
  #queue: Entry[] = [];
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(options: LaneOptions & LaneConnectionOptions) {
    this.#options = options;
    this.#connection = new LaneConnection(options);
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
      this.#queue.push({
        request,
        wire: toWire(request),
        deadline: performance.now() + this.#options.queueTimeoutMs,
        uncertain: false,
        resolve,
        reject,
      });
      this.#start();
    });
  }

  /** Writes what waits and ends the session. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running !== null) await this.#running;
    await this.#connection.close();
  }

  #start(): void {
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
      // Somebody may have come between the last look at the queue and this moment.
      if (this.#queue.length > 0) this.#start();
    });
  }

  async #work(): Promise<void> {
    const { maxBatch } = this.#options;
    const many = Math.ceil(maxBatch / 2);
    let handOut: (() => Promise<void>) | null = null;
    while (this.#queue.length > 0 || handOut !== null) {
      if (handOut === null || this.#queue.length < many || !this.#connection.isOpen) {
        // Callers that the last batch answers get to queue their next request first: fuller batches.
        await handOut?.();
        handOut = null;
        await afterPending();
      }
      if (!(await this.#connected())) continue;
      // When many wait, the database works on the next batch while we hand out the answers of the last. It takes two
      // halves to begin with that.
      const half = handOut === null && this.#queue.length >= 2 * many ? many : maxBatch;
      const sent = this.#send(takeBatch(this.#queue, half));
      await handOut?.();
      handOut = await sent;
    }
  }

  /** Resolves when the database has answered, with what is to be done then. */
  #send(batch: readonly Entry[]): Promise<() => Promise<void>> {
    return this.#connection.append(batch.map((entry) => entry.wire)).then(
      (outcomes) => () => this.#handOut(batch, outcomes),
      (error: unknown) => () => this.#recover(batch, error),
    );
  }

  /** False when every waiting request has run out of time before there was a connection. */
  async #connected(): Promise<boolean> {
    for (let attempt = 0; this.#queue.length > 0; attempt += 1) {
      try {
        await this.#connection.open();
        this.#dropLate(null);
        return this.#queue.length > 0;
      } catch (error) {
        this.#dropLate(error);
        await delay(reconnectDelaysMs[Math.min(attempt, reconnectDelaysMs.length - 1)]);
      }
    }
    return false;
  }

  #dropLate(cause: unknown): void {
    const now = performance.now();
    // The queue is in order of deadlines: mostly one look is enough.
    if ((this.#queue[0]?.deadline ?? now) > now) return;
    const late = this.#queue.filter((entry) => entry.deadline <= now);
    this.#queue = this.#queue.filter((entry) => entry.deadline > now);
    for (const entry of late) entry.reject(storeUnavailable(cause));
  }

  async #handOut(batch: readonly Entry[], outcomes: readonly AppendOutcome[]): Promise<void> {
    for (const [index, entry] of batch.entries()) await this.#answer(entry, outcomes[index]);
  }

  async #answer(entry: Entry, outcome: AppendOutcome | undefined): Promise<void> {
    try {
      if (outcome === undefined) throw new Error('append_batch gave no answer for a request');
      // After a lost connection "conflict" may only mean that our own first attempt got through.
      const earlier = entry.uncertain && outcome.is !== 'appended' ? await this.#connection.find(entry.request) : null;
      entry.resolve(earlier ?? outcome);
    } catch (error) {
      entry.reject(asStoreError(error));
    }
  }

  async #recover(batch: readonly Entry[], error: unknown): Promise<void> {
    if (isConnectionLoss(error)) {
      // Nobody knows whether the batch was committed. Sending it again is safe: the version check lets a request in
      // once only, and `#answer` recognises the events of the first attempt. If the old session is still at it, it
      // holds the append lock and ours waits behind it, or it comes second and finds conflicts.
      const again = batch.filter((entry) => !entry.uncertain);
      for (const entry of batch) if (entry.uncertain) entry.reject(storeUnavailable(error));
      for (const entry of again) entry.uncertain = true;
      this.#queue.unshift(...again);
    } else if (isUnavailable(error)) {
      for (const entry of batch) entry.reject(storeUnavailable(error));
    } else if (batch.length === 1) {
      batch[0]?.reject(asStoreError(error));
    } else {
      // One member spoiled the statement for all: alone, it fails alone.
      for (const entry of batch) await (await this.#send([entry]))();
    }
  }
}
