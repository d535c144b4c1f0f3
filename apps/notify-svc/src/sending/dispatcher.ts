import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import { deliveryLag } from '../metrics.ts';
import type { Attempts } from './attempt.ts';
import type { Work, WorkList } from './work-list.ts';

export interface DispatcherParts {
  workList: WorkList;
  attempts: Pick<Attempts, 'make'>;
  clock: Clock;
  logger: Logger;
  /** First attempts at once. They have places of their own, so that slow failures of others never delay them. */
  freshAtOnce: number;
  /** Further attempts at once. */
  retriesAtOnce: number;
  /** How often to look for what has become due, beside being woken. */
  pollMs: number;
}

/** Takes due deliveries and makes attempts at them, several at once. Each stands for itself. */
export class Dispatcher {
  private readonly parts: DispatcherParts;
  private readonly running = new Map<Work, Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly abandoned = new AbortController();
  private wakeUp = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(parts: DispatcherParts) {
    this.parts = parts;
  }

  start(): void {
    this.loop ??= this.work();
  }

  /** Something may have become due. */
  wake(): void {
    this.wakeUp.abort();
  }

  /** Takes nothing more and waits for the attempts under way; those that take longer than `graceMs` are abandoned. */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.loop;
    const all = Promise.all(this.running.values());
    const inTime = new AbortController();
    await Promise.race([all, delay(graceMs, undefined, { signal: inTime.signal }).catch(() => undefined)]);
    inTime.abort();
    this.abandoned.abort(new Error('the process ends'));
    await all;
  }

  private async work(): Promise<void> {
    let complained = false;
    while (!this.stopping.signal.aborted) {
      // Before looking: who wakes us while we look wants us to look again.
      this.wakeUp = new AbortController();
      try {
        await this.take();
        complained = false;
      } catch (error) {
        if (!complained) this.parts.logger.warn({ err: error }, 'due notifications cannot be taken; trying again');
        complained = true;
      }
      await delay(this.parts.pollMs, undefined, { signal: this.wakeUp.signal }).catch(() => undefined);
    }
  }

  private async take(): Promise<void> {
    const { workList, clock, freshAtOnce, retriesAtOnce } = this.parts;
    const under = [...this.running.keys()];
    const retries = under.filter(({ retry }) => retry).length;
    const fresh = freshAtOnce - (under.length - retries);
    const tried = retriesAtOnce - retries;
    if (fresh + tried === 0) return;
    const now = clock();
    const taken = await workList.take({ now, fresh, tried, except: under.map(({ id }) => id) });
    const longest = Math.max(0, ...taken.map(({ dueAt }) => now.getTime() - dueAt.getTime()));
    deliveryLag.set(longest / 1000);
    for (const work of taken) this.begin(work);
  }

  private begin(work: Work): void {
    const { attempts, logger } = this.parts;
    const done = attempts
      .make(work, this.abandoned.signal)
      .catch((error: unknown) => logger.error({ err: error, deliveryId: work.id }, 'an attempt could not be made'))
      .finally(() => {
        this.running.delete(work);
        this.wake();
      });
    this.running.set(work, done);
  }
}
