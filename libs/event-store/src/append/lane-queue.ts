import { storeUnavailable } from '../database/errors.ts';
import { takeBatch } from './batch.ts';
import type { AppendOutcome, AppendRequest } from './request.ts';
import type { WireRequest } from './wire.ts';

/** A request between its arrival and its answer. */
export interface Entry {
  request: AppendRequest;
  wire: WireRequest;
  /** Of `performance.now()`. */
  deadline: number;
  /** It was in a batch whose connection was lost: it may be in the log already. */
  uncertain: boolean;
  resolve(outcome: AppendOutcome): void;
  reject(error: unknown): void;
}

/**
 * From so many requests on, two sessions share them: while the database writes one half, this process answers the other
 * and prepares what its callers send next. Below that, what a batch costs by itself is more than what this saves.
 */
const enoughForTwo = 24;

/** The requests that wait, in order of their arrival, and how many are away in batches. */
export class LaneQueue {
  readonly #maxBatch: number;
  #waiting: Entry[] = [];
  #away = 0;

  constructor(maxBatch: number) {
    this.#maxBatch = maxBatch;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** There is something for a session to do: whatever waits when nothing is away, else only when it is worth it. */
  get hasWork(): boolean {
    return this.#waiting.length > 0 && (this.#away === 0 || this.#isEnoughForTwo);
  }

  /** There is something for a second session beside one whose batch is away. */
  get hasWorkForTwo(): boolean {
    return this.#waiting.length > 0 && this.#away > 0 && this.#isEnoughForTwo;
  }

  get #isEnoughForTwo(): boolean {
    return this.#waiting.length + this.#away >= enoughForTwo;
  }

  add(entry: Entry): void {
    this.#waiting.push(entry);
  }

  /** The next batch: the half of all that wait or are away, when two share them. It is away until `settle`. */
  take(): Entry[] {
    const half = Math.ceil((this.#waiting.length + this.#away) / 2);
    const batch = takeBatch(this.#waiting, this.#isEnoughForTwo ? Math.min(half, this.#maxBatch) : this.#maxBatch);
    this.#away += batch.length;
    return batch;
  }

  settle(batch: readonly Entry[]): void {
    this.#away -= batch.length;
  }

  /** What was settled goes away once more. */
  resend(batch: readonly Entry[]): void {
    this.#away += batch.length;
  }

  /** They are the next again. */
  putBack(entries: readonly Entry[]): void {
    this.#waiting.unshift(...entries);
  }

  /** Refuses those that have waited too long. */
  dropLate(cause: unknown): void {
    const now = performance.now();
    // The queue is in order of deadlines: mostly one look is enough.
    if ((this.#waiting[0]?.deadline ?? now) > now) return;
    const late = this.#waiting.filter((entry) => entry.deadline <= now);
    this.#waiting = this.#waiting.filter((entry) => entry.deadline > now);
    for (const entry of late) entry.reject(storeUnavailable(cause));
  }
}
