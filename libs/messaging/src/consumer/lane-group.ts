import { setImmediate } from 'node:timers/promises';
import type { Item } from './item.ts';

/** Lanes that did not get through: by lane, after how many milliseconds they are tried again. */
export type Parking = ReadonlyMap<string, number>;

/** Handles items in their order; gives back the lanes to be tried again. Everything else is finished. Never rejects. */
export type WorkOnItems = (items: readonly Item[]) => Promise<{ unfinished: readonly Item[]; parking: Parking }>;

/** Works through a share of the lanes, one batch after the other, and keeps the order inside of each lane. */
export class LaneGroup {
  private queue: Item[] = [];
  private readonly parked = new Map<string, NodeJS.Timeout>();
  private readonly batchSize: number;
  private readonly work: WorkOnItems;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(batchSize: number, work: WorkOnItems) {
    this.batchSize = batchSize;
    this.work = work;
  }

  add(item: Item): void {
    this.queue.push(item);
    this.wake();
  }

  /** Forgets what waits and resolves when the batch under way is finished. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.parked.values()) clearTimeout(timer);
    this.queue = [];
    await this.running;
  }

  private wake(): void {
    if (this.running !== undefined || this.stopped) return;
    // Everything that arrived together is one batch.
    this.running = setImmediate().then(async () => {
      for (let batch = this.take(); batch.length > 0; batch = this.take()) await this.run(batch);
      this.running = undefined;
    });
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
