import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, LeftOut } from '@aftertone/contracts';
import type { EventMeta, EventStore, HandleResult } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import type { AtHand } from '../deliveries/at-hand.ts';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { EndAttempt } from '../deliveries/delivery.decider.ts';
import type { Delivery, DeliveryEvent, Notice } from '../deliveries/delivery.ts';
import { nextAttemptAt, type RetrySchedule } from '../deliveries/retry-schedule.ts';
import type { Sending, SendOutcome } from './channel.ts';
import type { Work, WorkList } from './work-list.ts';

export interface AttemptRecordsParts {
  store: EventStore;
  /** What need not be read. */
  atHand: AtHand;
  workList: WorkList;
  schedule: (channel: Channel) => RetrySchedule;
  clock: Clock;
  logger: Logger;
  /** How long to wait before an outcome that could not be recorded is recorded again. */
  recordEveryMs: number;
}

/** How an attempt ended; what was sent together has one, so that it is tried again together. */
export interface AttemptEnd {
  result: SendOutcome;
  now: Date;
  /** From 0 to 1. */
  jitter: number;
}

const metaOf = (correlationId: string): EventMeta => ({ actor: { kind: 'service', id: 'notify-svc' }, correlationId });

/** Why the recording that was wanted did not go along; null: it did, or none was wanted. */
const leftOut = (
  notice: Notice,
  { withoutRecording = null }: { withoutRecording?: LeftOut | null },
): LeftOut | null => {
  if (notice.kind !== 'message') return null;
  return notice.withheld ?? (notice.recording === null ? null : withoutRecording);
};

/** The attempt that has just begun; null: none has. */
export const sendingOf = (
  { tenantId, id }: Pick<Work, 'tenantId' | 'id'>,
  { state, events, held }: HandleResult<Delivery, DeliveryEvent>,
): Sending | null => {
  const started = events.some(({ type }) => type === 'AttemptStarted');
  if (!started || state.status === 'absent') return null;
  return { tenantId, deliveryId: id, delivery: state, n: state.attempts.length, held };
};

/** Puts on record that attempts begin, and how they end. */
export class AttemptRecords {
  private readonly parts: AttemptRecordsParts;

  constructor(parts: AttemptRecordsParts) {
    this.parts = parts;
  }

  /** Null: there is nothing to send, or another one was faster. */
  async start({ tenantId, id, correlationId }: Work): Promise<Sending | null> {
    const { store, atHand, clock, workList } = this.parts;
    const now = clock();
    const leaseUntil = workList.leaseUntil(now).toISOString();
    const command = { type: 'StartAttempt', data: { leaseUntil }, meta: { now: now.toISOString() } } as const;
    const meta = metaOf(correlationId);
    const known = atHand.take({ tenantId, id });
    const request = { tenantId, id, command, meta, ...(known !== undefined && { held: known }) };
    return sendingOf({ tenantId, id }, await store.handle(deliveryAggregate, request));
  }

  /** What was sent must be known: while the database is away, this goes on trying. */
  async end(sending: Sending, end: AttemptEnd, abandoned: AbortSignal): Promise<void> {
    const { store, logger, recordEveryMs } = this.parts;
    const { tenantId, deliveryId: id, delivery, held } = sending;
    const meta = metaOf(delivery.facts.correlationId);
    const command = this.endOf(sending, end);
    for (;;) {
      try {
        await store.handle(deliveryAggregate, { tenantId, id, command, meta, ...(held !== undefined && { held }) });
        return;
      } catch (error) {
        logger.warn({ err: error, deliveryId: id, n: sending.n }, 'the outcome could not be recorded yet');
        if (abandoned.aborted) return;
        await delay(recordEveryMs, undefined, { signal: abandoned }).catch(() => undefined);
      }
    }
  }

  private endOf({ n, delivery }: Sending, { result, now, jitter }: AttemptEnd): EndAttempt {
    const { outcome, detail, quoted, status = null, retryAfterMs = 0, heldMs = 0, waits = false, cancel } = result;
    const meta = { now: now.toISOString() };
    const { since, facts, notice } = delivery;
    if (outcome === 'delivered') {
      const without = leftOut(notice, result);
      const told = { n, outcome, detail, status, ...(without !== null && { withoutRecording: without }) } as const;
      return { type: 'EndAttempt', data: told, meta };
    }
    const schedule = this.parts.schedule(facts.channel);
    const wantedSince = waits ? meta.now : new Date(Date.parse(since) + heldMs).toISOString();
    const failed = { n: waits ? 1 : n, since: wantedSince, now, retryAfterMs, jitter };
    const retryAt = outcome === 'refused' ? null : nextAttemptAt(schedule, failed);
    const more = { ...(cancel !== undefined && { cancel }), ...(quoted !== undefined && { quoted }) };
    return { type: 'EndAttempt', data: { n, outcome: 'failed', detail, status, retryAt, ...more }, meta };
  }
}
