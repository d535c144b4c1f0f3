import { createHash } from 'node:crypto';
import type { Item } from './item.ts';
import { LaneGroup, type LaneGroupOptions, type WorkOnItems } from './lane-group.ts';

/** All lanes of a consumer, spread over a few groups that work side by side; a lane stays in its group. */
export class Lanes {
  private readonly held = new Map<string, Item>();
  private readonly groups: LaneGroup[];

  constructor({ groups, ...options }: LaneGroupOptions & { groups: number }) {
    const work: WorkOnItems = async (items) => {
      const result = await options.work(items);
      const unfinished = new Set(result.unfinished);
      for (const item of items) if (!unfinished.has(item)) this.held.delete(item.key);
      return result;
    };
    this.groups = Array.from({ length: groups }, () => new LaneGroup({ ...options, work }));
  }

  /** How many events wait or are being handled. */
  get size(): number {
    return this.held.size;
  }

  has(key: string): boolean {
    return this.held.has(key);
  }

  add(item: Item): void {
    const known = this.held.get(item.key);
    if (known !== undefined) {
      // The bus brought it again while it waits here: answer the newer delivery.
      known.delivery = item.delivery;
      return;
    }
    this.held.set(item.key, item);
    const number = createHash('md5').update(item.lane).digest().readUInt32BE(0);
    this.groups[number % this.groups.length]?.add(item);
  }

  /** Tells for everything held that it is still being worked on. */
  keepAlive(): void {
    for (const { delivery } of this.held.values()) delivery.working();
  }

  /** Forgets what waits and resolves when what is being handled is finished. */
  async stop(): Promise<void> {
    await Promise.all(this.groups.map((group) => group.stop()));
    this.held.clear();
  }
}
