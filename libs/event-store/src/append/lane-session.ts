import { setImmediate as afterPending, setTimeout as delay } from 'node:timers/promises';
import { asStoreError, isConnectionLoss, isUnavailable, storeUnavailable } from '../database/errors.ts';
import type { LaneConnection } from './lane-connection.ts';
import type { Entry, LaneQueue } from './lane-queue.ts';
import type { AppendOutcome } from './request.ts';

const reconnectDelaysMs = [20, 50, 100, 200, 400] as const;

/** Takes batches out of the queue, has them written one after another, and answers their callers. */
export class LaneSession {
  readonly #queue: LaneQueue;
  readonly #connection: LaneConnection;
  readonly #onTaken: () => void;
  #working: Promise<void> | null = null;

  /** @param onTaken called when a batch was taken: there may be something left for another session */
  constructor(queue: LaneQueue, connection: LaneConnection, onTaken: () => void) {
    this.#queue = queue;
    this.#connection = connection;
    this.#onTaken = onTaken;
  }

  get isWorking(): boolean {
    return this.#working !== null;
  }

  /** Works until nothing waits for it. */
  start(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
      // Somebody may have come between the last look at the queue and this moment.
      if (this.#queue.hasWork) this.start();
    });
  }

  async finished(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #work(): Promise<void> {
    while (this.#queue.hasWork) {
      // Callers that a batch has just answered get to queue their next request first: fuller batches.
      await afterPending();
      if (!(await this.#connected()) || !this.#queue.hasWork) continue;
      const batch = this.#queue.take();
      this.#onTaken();
      await this.#write(batch);
    }
  }

  async #write(batch: readonly Entry[]): Promise<void> {
    let outcomes: AppendOutcome[];
    try {
      outcomes = await this.#connection.append(batch.map((entry) => entry.wire));
    } catch (error) {
      this.#queue.settle(batch);
      await this.#recover(batch, error);
      return;
    }
    this.#queue.settle(batch);
    for (const [index, entry] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) entry.reject(new Error('append_batch gave no answer for a request'));
      else if (entry.uncertain && outcome.is !== 'appended') await this.#answerUncertain(entry, outcome);
      else entry.resolve(outcome);
    }
  }

  /** After a lost connection "conflict" may only mean that our own first attempt got through. */
  async #answerUncertain(entry: Entry, outcome: AppendOutcome): Promise<void> {
    try {
      entry.resolve((await this.#connection.find(entry.request)) ?? outcome);
    } catch (error) {
      entry.reject(asStoreError(error));
    }
  }

  /** False when every waiting request has run out of time before there was a connection. */
  async #connected(): Promise<boolean> {
    for (let attempt = 0; this.#queue.length > 0; attempt += 1) {
      try {
        await this.#connection.open();
        this.#queue.dropLate(null);
        return this.#queue.length > 0;
      } catch (error) {
        this.#queue.dropLate(error);
        await delay(reconnectDelaysMs[Math.min(attempt, reconnectDelaysMs.length - 1)]);
      }
    }
    return false;
  }

  async #recover(batch: readonly Entry[], error: unknown): Promise<void> {
    if (isConnectionLoss(error)) {
      // Nobody knows whether the batch was committed. Sending it again is safe: the version check lets a request in
      // once only, and `#answerUncertain` recognises the events of the first attempt. If the old session is still at
      // it, it holds the append lock and ours waits behind it, or it comes second and finds conflicts.
      const again = batch.filter((entry) => !entry.uncertain);
      for (const entry of batch) if (entry.uncertain) entry.reject(storeUnavailable(error));
      for (const entry of again) entry.uncertain = true;
      this.#queue.putBack(again);
    } else if (isUnavailable(error)) {
      for (const entry of batch) entry.reject(storeUnavailable(error));
    } else if (batch.length === 1) {
      batch[0]?.reject(asStoreError(error));
    } else {
      // One member spoiled the statement for all: alone, it fails alone.
      for (const entry of batch) {
        this.#queue.resend([entry]);
        await this.#write([entry]);
      }
    }
  }
}
