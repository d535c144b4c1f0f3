import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import type { Departing, PlanAndStart } from '../deliveries/outlet.ts';
import { deliveryLag } from '../metrics.ts';
import type { Admission } from './admission.ts';
import type { Attempts } from './attempt.ts';
import { sendingOf } from './attempt-records.ts';
import type { Sending, SendOutcome } from './channel.ts';
import { Waiting } from './waiting.ts';
import type { TakeRequest, Work, WorkList } from './work-list.ts';

export interface DispatcherParts {
  lane: string;
  workList: WorkList;
  attempts: Pick<Attempts, 'make'>;
  admission: Admission;
  clock: Clock;
  logger: Logger;
  /** How often to look for what has become due, beside being woken. */
  pollMs: number;
  /** A first attempt has ended: the turn of others may have come. */
  onFirstEnded(): void;
}

/** The shortest time between two looks. */
const settleMs = 10;

/**
 * The shortest time between two looks for what was tried before, unless there was more than could be taken: it waits for
 * seconds anyway, and to look whenever anything ends would cost what new deliveries need.
 */
const retriesEveryMs = 250;

/** Takes due deliveries of one lane and makes attempts at them, several at once. Each stands for itself. */
export class Dispatcher {
  private readonly parts: DispatcherParts;
  private readonly running = new Map<Work, Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly abandoned = new AbortController();
  private wakeUp = new AbortController();
  private loop: Promise<void> | undefined;
  /** Of `performance.now()`. */
  private nextRetries = 0;
  private readonly waiting = new Waiting();

  constructor(parts: DispatcherParts) {
    this.parts = parts;
  }

  get lane(): string {
    return this.parts.lane;
  }

  start(): void {
    this.loop ??= this.work();
  }

  /** Something may have become due. */
  wake(): void {
    this.wakeUp.abort();
  }

  /** Deliveries to these endpoints wait now to be sent. */
  queued(endpoints: readonly string[]): void {
    this.waiting.add(endpoints);
    this.wake();
  }

  /** See `Outlet`. */
  begin(departing: Omit<Departing, 'lane'>, plan: PlanAndStart): Promise<void> | null {
    const { admission, clock, workList } = this.parts;
    const { endpoint } = departing;
    if (this.stopping.signal.aborted || this.waiting.at(endpoint)) return null;
    const now = clock();
    const work: Work = { ...departing, groupKey: null, retry: false, dueAt: now };
    if (!admission.hasPlace([...this.running.keys()], endpoint) || admission.begin(work, now) > 0) return null;
    const planned = plan(workList.leaseUntil(now).toISOString());
    this.running.set(
      work,
      this.attempt(
        work,
        planned.then((result) => sendingOf(work, result)),
      ),
    );
    return planned.then(() => undefined);
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
      // Many wake us at once when much is sent: one look is for all of them.
      await delay(settleMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      await delay(this.parts.pollMs, undefined, { signal: this.wakeUp.signal }).catch(() => undefined);
    }
  }

  private async take(): Promise<void> {
    const { admission, clock, lane } = this.parts;
    const under = [...this.running.keys()];
    const now = clock();
    const except = under.map(({ id }) => id);
    // Side by side: what goes to servers that answer does not wait until the rest has been looked for.
    const shares = admission.shares(under, now).filter(({ retry }) => !retry || performance.now() >= this.nextRetries);
    const look = this.waiting.look();
    const lags = await Promise.all(
      shares.map(async (share) => {
        const { lagMs, isAll } = await this.takeShare({ now, share, except });
        if (isAll && !share.retry) look.found(share);
        return lagMs;
      }),
    );
    deliveryLag.set({ lane }, Math.max(0, ...lags) / 1000);
  }

  /** Answers how long the longest waiting one has been due, and whether there are no more of them. */
  private async takeShare({ now, share, except }: TakeRequest): Promise<{ lagMs: number; isAll: boolean }> {
    const { workList, admission, pollMs } = this.parts;
    const taken = await workList.take({ now, share, except });
    if (share.retry && taken.length < share.limit) {
      this.nextRetries = performance.now() + Math.min(retriesEveryMs, pollMs);
    }
    const back: Array<Work & { at: Date }> = [];
    for (const work of taken) {
      const waitMs = admission.begin(work, now);
      if (waitMs === 0) this.running.set(work, this.attempt(work));
      else back.push({ ...work, at: new Date(now.getTime() + waitMs) });
    }
    await workList.putBack(back);
    const lagMs = Math.max(0, ...taken.map(({ dueAt }) => now.getTime() - dueAt.getTime()));
    return { lagMs, isAll: taken.length < share.limit };
  }

  private async attempt(work: Work, begun?: Promise<Sending | null>): Promise<void> {
    const { attempts, admission, logger, clock } = this.parts;
    let result: SendOutcome | null = null;
    try {
      result = await attempts.make(work, this.abandoned.signal, begun);
    } catch (error) {
      logger.error({ err: error, deliveryId: work.id }, 'an attempt could not be made');
    }
    try {
      await admission.ended(work, result, clock());
    } catch (error) {
      logger.warn({ err: error, endpoint: work.endpoint }, 'what is due at an endpoint could not be held or released');
    }
    this.running.delete(work);
    this.wake();
    if (!work.retry) this.parts.onFirstEnded();
  }
}
