import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { Item } from './item.ts';

/** Lanes that did not get through: by lane, after how many milliseconds they are tried again. */
export type Parking = ReadonlyMap<string, number>;

/** Handles items in their order; gives back the lanes to be tried again. Everything else is finished. Never rejects. */
export type WorkOnItems = (items: readonly Item[]) => Promise<{ unfinished: readonly Item[]; parking: Parking }>;

export interface LaneGroupOptions {
  batchSize: number;
  /** How long more may come to what has arrived; what comes together costs less. Milliseconds; 0: not at all. */
  gatherMs: number;
  work: WorkOnItems;
}

/** Works through a share of the lanes, one batch after the other, and keeps the order inside of each lane. */
export class LaneGroup {
  private queue: Item[] = [];
  private readonly parked = new Map<string, NodeJS.Timeout>();
  private readonly batchSize: number;
  private readonly gatherMs: number;
  private readonly work: WorkOnItems;
  private running: Promise<void> | undefined;
  private full = new AbortController();
  private readonly ending = new AbortController();

  constructor({ batchSize, gatherMs, work }: LaneGroupOptions) {
    this.batchSize = batchSize;
    this.gatherMs = gatherMs;
    this.work = work;
  }

  add(item: Item): void {
    this.queue.push(item);
    if (!this.isShort()) this.full.abort();
    this.wake();
  }

  /** Forgets what waits and resolves when the batch under way is finished. */
  async stop(): Promise<void> {
    this.ending.abort();
    for (const timer of this.parked.values()) clearTimeout(timer);
    this.queue = [];
    await this.running;
  }

  private get stopped(): boolean {
    return this.ending.signal.aborted;
  }

  private wake(): void {
    if (this.running !== undefined || this.stopped) return;
    this.running = this.workOff();
  }

  private async workOff(): Promise<void> {
    await this.gather();
    for (let batch = this.take(); batch.length > 0; batch = this.take()) {
      await this.run(batch);
      await this.gather();
    }
    this.running = undefined;
  }

  /** Everything that arrives together is one batch; nothing is waited for when a batch is full. */
  private async gather(): Promise<void> {
    await setImmediate();
    if (this.gatherMs === 0 || this.stopped || !this.isShort()) return;
    this.full = new AbortController();
    const signal = AbortSignal.any([this.full.signal, this.ending.signal]);
    await delay(this.gatherMs, undefined, { signal }).catch(() => {});
  }

  private isShort(): boolean {
    return this.queue.length < this.batchSize;
  }

  private take(): Item[] {
    if (this.stopped) return [];
    const batch: Item[] = [];
    const rest: Item[] = [];
    for (const item of this.queue) {
      (batch.length < this.batchSize && !this.parked.has(item.lane) ? batch : rest).push(item);
    }
    this.queue = rest;
    return batch;
  }

  private async run(batch: readonly Item[]): Promise<void> {
    const { unfinished, parking } = await this.work(batch);
    if (this.stopped) return;
    // In front again: whatever else waits in these lanes came later.
    this.queue = [...unfinished, ...this.queue];
    for (const [lane, delayMs] of parking) {
      const timer = setTimeout(() => {
        this.parked.delete(lane);
        this.wake();
      }, delayMs);
      this.parked.set(lane, timer);
    }
  }
}
