import type { CareReason } from '@aftertone/contracts';
import type { EventMeta, EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { Escalations } from '../escalation/escalations.ts';

export interface CareParts {
  store: EventStore;
  escalations: Escalations;
  clock: Clock;
}

/** Somebody took care of a message, or it is gone. */
export interface CareTaken {
  messageId: string;
  reason: CareReason;
  /** For whom: one user, as where each has an own heard state; null: for everybody. */
  userId: string | null;
  /** Who, where that is known. */
  by: string | null;
}

interface OfTenant {
  tenantId: string;
  meta: EventMeta;
}

const everybody = '00000000-0000-0000-0000-000000000000';
const hour = 3_600_000;
/** A day longer than consumers take events at all. */
const keptMs = 16 * 24 * hour;

/** What somebody works on is news to the others all the same. */
const isNoNews = ({ reason, userId }: CareTaken): boolean =>
  reason === 'acknowledged' ? userId !== null : reason !== 'claimed';

// Whether they were held back on purpose their own histories say.
const untried = `
  SELECT d.id FROM delivery d JOIN delivery_queue q ON q.tenant_id = d.tenant_id AND q.id = d.id
  WHERE d.tenant_id = $1 AND d.message_id = $2 AND d.state = 'pending'
    AND (q.attempts = 0 OR d.channel IN ('push', 'sms'))
    AND ($3::uuid IS NULL OR d.user_id = $3)`;

/**
 * What follows when a message needs nobody's attention any more: its escalation stops, and what was held back (quiet
 * hours, digests) is not sent. It is kept on record for a message of which nothing is known yet.
 */
export class Care {
  private readonly parts: CareParts;

  constructor(parts: CareParts) {
    this.parts = parts;
  }

  async take(care: CareTaken, of: OfTenant): Promise<void> {
    const { messageId, userId, reason, by } = care;
    // First: who plans at the same time either has planned by now, or finds this.
    await this.parts.store.pool.query(
      `INSERT INTO message_care (tenant_id, message_id, user_id, reason, by_user_id, at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING`,
      [of.tenantId, messageId, userId ?? everybody, reason, by, this.parts.clock()],
    );
    await this.follow(care, of);
  }

  /** What was told of the message before its notifications were planned. */
  async catchUp(messageId: string, of: OfTenant): Promise<void> {
    const { rows } = await this.parts.store.pool.query<CareTaken>(
      `SELECT message_id AS "messageId", reason, NULLIF(user_id, $3) AS "userId", by_user_id AS by
       FROM message_care WHERE tenant_id = $1 AND message_id = $2 ORDER BY at`,
      [of.tenantId, messageId, everybody],
    );
    for (const care of rows) await this.follow(care, of);
  }

  /** Forgets, once an hour, what no late event will ask for. */
  startForgetting(log: Log): { stop(): void } {
    const { store, clock } = this.parts;
    const forget = (): Promise<unknown> =>
      store.pool
        .query('DELETE FROM message_care WHERE at < $1', [new Date(clock().getTime() - keptMs)])
        .catch((error: unknown) => log.warn({ err: error }, 'who took care of old messages could not be forgotten'));
    const timer = setInterval(() => void forget(), hour).unref();
    return { stop: () => clearInterval(timer) };
  }

  private async follow(care: CareTaken, of: OfTenant): Promise<void> {
    const { messageId, reason, by } = care;
    await this.parts.escalations.stop({ tenantId: of.tenantId, messageId }, { reason, by }, of.meta);
    if (isNoNews(care)) await this.cancelHeld(care, of);
  }

  private async cancelHeld({ messageId, userId }: CareTaken, { tenantId, meta }: OfTenant): Promise<void> {
    const { store, clock } = this.parts;
    const { rows } = await store.pool.query<{ id: string }>(untried, [tenantId, messageId, userId]);
    const data = { reason: 'taken-care-of' } as const;
    const command = { type: 'CancelDelivery', data, meta: { now: clock().toISOString() } } as const;
    await Promise.all(rows.map(({ id }) => store.handle(deliveryAggregate, { tenantId, id, command, meta })));
  }
}
