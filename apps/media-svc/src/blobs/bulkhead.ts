import { availableThreads } from './threads.ts';

/**
 * Lets a limited number of calls of one folder be under way. A call on a file system that hangs keeps a thread of Node's
 * pool for as long as it hangs, and all files, the spool's too, and look-ups of host names share that pool: one thread
 * is never given to a storage that may hang.
 */
export class Bulkhead {
  private free: number;
  private readonly waiting: Array<() => void> = [];

  constructor(limit: number = Math.max(1, availableThreads() - 1)) {
    this.free = limit;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
