import { setTimeout as delay } from 'node:timers/promises';
import type { Channel } from '@aftertone/contracts';
import type { EventMeta, EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { correlate, type Logger } from '@aftertone/platform';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { EndAttempt } from '../deliveries/delivery.decider.ts';
import { nextAttemptAt, type RetrySchedule } from '../deliveries/retry-schedule.ts';
import { attemptDuration } from '../metrics.ts';
import type { Channels, Sending, SendOutcome } from './channel.ts';
import { underLease } from './lease.ts';
import type { Work, WorkList } from './work-list.ts';

export interface AttemptParts {
  store: EventStore;
  workList: WorkList;
  channels: Channels;
  schedule: (channel: Channel) => RetrySchedule;
  clock: Clock;
  logger: Logger;
  /** The longest that one attempt may take, whatever it waits for. */
  timeoutMs: number;
  /** How often its lease is renewed. */
  renewEveryMs: number;
  /** How long to wait before an outcome that could not be recorded is recorded again. */
  recordEveryMs: number;
}

const metaOf = (correlationId: string): EventMeta => ({ actor: { kind: 'service', id: 'notify-svc' }, correlationId });

/** Makes one attempt at a delivery that this process has taken: record the start, send, record the end. */
export class Attempts {
  private readonly parts: AttemptParts;

  constructor(parts: AttemptParts) {
    this.parts = parts;
  }

  /**
   * How it ended; null when there was nothing to send, or nobody knows. `abandoned`: the process ends; what it could not
   * finish is left to whoever finds the lease run out.
   */
  make(work: Work, abandoned: AbortSignal): Promise<SendOutcome | null> {
    const { tenantId, correlationId } = work;
    return correlate({ correlationId, tenantId }, async () => {
      const sending = await this.start(work);
      return sending === null ? null : this.run(sending, abandoned);
    });
  }

  private async run(sending: Sending, abandoned: AbortSignal): Promise<SendOutcome | null> {
    const { workList, clock, renewEveryMs, timeoutMs, channels, logger } = this.parts;
    const { tenantId, deliveryId, n, delivery } = sending;
    const began = performance.now();
    const item = { tenantId, id: deliveryId };
    const send = channels[delivery.facts.channel];
    if (send === undefined) throw new Error(`nothing sends over ${delivery.facts.channel}`);
    return await underLease({ workList, clock, everyMs: renewEveryMs }, { item, n }, async (lost) => {
      const result = await send(sending, AbortSignal.any([lost, abandoned, AbortSignal.timeout(timeoutMs)]));
      // Cut off by our own end or lost to another replica: nobody knows whether it arrived, so nothing is claimed.
      if (result.outcome !== 'delivered' && (abandoned.aborted || lost.aborted)) return null;
      await this.record(sending, result, abandoned);
      const durationMs = Math.round(performance.now() - began);
      const { channel } = delivery.facts;
      attemptDuration.observe({ channel, outcome: result.outcome }, durationMs / 1000);
      logger.info({ deliveryId, n, channel, ...result, durationMs }, 'attempt');
      return result;
    });
  }

  private async start({ tenantId, id, correlationId }: Work): Promise<Sending | null> {
    const { store, clock, workList } = this.parts;
    const now = clock();
    const leaseUntil = workList.leaseUntil(now).toISOString();
    const command = { type: 'StartAttempt', data: { leaseUntil }, meta: { now: now.toISOString() } } as const;
    const meta = metaOf(correlationId);
    const { state, events } = await store.handle(deliveryAggregate, { tenantId, id, command, meta });
    const started = events.some(({ type }) => type === 'AttemptStarted');
    if (!started || state.status === 'absent') return null;
    return { tenantId, deliveryId: id, delivery: state, n: state.attempts.length };
  }

  /** What was sent must be known: while the database is away, this goes on trying. */
  private async record(sending: Sending, result: SendOutcome, abandoned: AbortSignal): Promise<void> {
    const { store, logger, recordEveryMs } = this.parts;
    const { tenantId, deliveryId: id, delivery } = sending;
    const meta = metaOf(delivery.facts.correlationId);
    const command = this.endOf(sending, result);
    for (;;) {
      try {
        await store.handle(deliveryAggregate, { tenantId, id, command, meta });
        return;
      } catch (error) {
        logger.warn({ err: error, deliveryId: id, n: sending.n }, 'the outcome could not be recorded yet');
        if (abandoned.aborted) return;
        await delay(recordEveryMs, undefined, { signal: abandoned }).catch(() => undefined);
      }
    }
  }

  private endOf(
    { n, delivery }: Sending,
    { outcome, detail, cancel, status = null, retryAfterMs = 0 }: SendOutcome,
  ): EndAttempt {
    const now = this.parts.clock();
    const meta = { now: now.toISOString() };
    if (outcome === 'delivered') return { type: 'EndAttempt', data: { n, outcome, detail, status }, meta };
    const { since, facts } = delivery;
    const schedule = this.parts.schedule(facts.channel);
    const retryAt = outcome === 'refused' ? null : nextAttemptAt(schedule, { n, since, now, retryAfterMs, jitter: Math.random() });
    return { type: 'EndAttempt', data: { n, outcome: 'failed', detail, status, retryAt, ...(cancel && { cancel }) }, meta };
  }
}
