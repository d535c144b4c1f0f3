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

/** A message at the time of an event, in the mailbox where it is then: it may leave, and come back. */
export interface Stay {
  messageId: string;
  /** Null: where it was is not known. */
  mailboxId: string | null;
  /** Of the message, which ascends with each of its events. */
  version: number;
}

/** Somebody took care of a message, or it is gone. */
export interface CareTaken extends Stay {
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

/** In a key: every user, or any mailbox. */
const any = '00000000-0000-0000-0000-000000000000';
const hour = 3_600_000;
/** A message of a global mailbox may wait for everybody in the tenant. */
const pageSize = 500;
/** A day longer than consumers take events at all. */
const keptMs = 16 * 24 * hour;

/** What somebody works on is news to the others all the same. */
const isNoNews = ({ reason, userId }: CareTaken): boolean =>
  reason === 'acknowledged' ? userId !== null : reason !== 'claimed';

const record = `
  INSERT INTO message_care (tenant_id, message_id, mailbox_id, message_version, user_id, reason, by_user_id, at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (tenant_id, message_id, mailbox_id, user_id, reason) DO UPDATE SET message_version = excluded.message_version
    WHERE message_care.message_version < excluded.message_version`;

const ofStay = `
  SELECT message_id AS "messageId", NULLIF(mailbox_id, $4) AS "mailboxId", message_version AS version, reason,
    NULLIF(user_id, $4) AS "userId", by_user_id AS by
  FROM message_care WHERE tenant_id = $1 AND message_id = $2 AND mailbox_id IN ($3, $4) ORDER BY at`;

// Of steps nothing is wanted any more; whether others were held back on purpose their own histories say.
const noUse = `
  SELECT d.id FROM delivery d JOIN delivery_queue q ON q.tenant_id = d.tenant_id AND q.id = d.id
  WHERE d.tenant_id = $1 AND d.message_id = $2 AND d.state = 'pending' AND ($3::uuid IS NULL OR d.mailbox_id = $3)
    AND (d.purpose = 'escalation'
      OR $4 AND (q.attempts = 0 OR d.channel IN ('push', 'sms')) AND ($5::uuid IS NULL OR d.user_id = $5))
    AND d.id > $6 ORDER BY d.id LIMIT ${pageSize}`;

/**
 * What follows when a message needs nobody's attention any more where it is: its escalation stops, and what was held
 * back (quiet hours, digests) or would tell of a step is not sent. It is kept on record for a message of which nothing
 * is known yet.
 */
export class Care {
  private readonly parts: CareParts;

  constructor(parts: CareParts) {
    this.parts = parts;
  }

  async take(care: CareTaken, of: OfTenant): Promise<void> {
    const { messageId, mailboxId, version, userId, reason, by } = care;
    const key = [of.tenantId, messageId, mailboxId ?? any, version, userId ?? any, reason];
    // First: who plans at the same time either has planned by now, or finds this.
    await this.parts.store.pool.query(record, [...key, by, this.parts.clock()]);
    await this.follow(care, of);
  }

  /** The message has come into a mailbox: what was told of it there before was of another stay. */
  async beginAnew({ messageId, mailboxId, version }: Stay, tenantId: string): Promise<void> {
    await this.parts.store.pool.query(
      `DELETE FROM message_care
       WHERE tenant_id = $1 AND message_id = $2 AND mailbox_id IN ($3, $4) AND message_version < $5`,
      [tenantId, messageId, mailboxId ?? any, any, version],
    );
  }

  /** What was told of the message in its mailbox before its notifications were planned. */
  async catchUp({ messageId, mailboxId }: Stay, of: OfTenant): Promise<void> {
    const { rows } = await this.parts.store.pool.query<CareTaken>(ofStay, [
      of.tenantId,
      messageId,
      mailboxId ?? any,
      any,
    ]);
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
    const { messageId, mailboxId, reason, by } = care;
    const stop = { reason, by, mailboxId };
    await this.parts.escalations.stop({ tenantId: of.tenantId, messageId }, stop, of.meta);
    await this.cancelWaiting(care, of);
  }

  private async cancelWaiting(care: CareTaken, { tenantId, meta }: OfTenant): Promise<void> {
    const { store, clock } = this.parts;
    const { messageId, mailboxId, userId } = care;
    const data = { reason: 'taken-care-of' } as const;
    for (let after = any; ; ) {
      const values = [tenantId, messageId, mailboxId, isNoNews(care), userId, after];
      const { rows } = await store.pool.query<{ id: string }>(noUse, values);
      const command = { type: 'CancelDelivery', data, meta: { now: clock().toISOString() } } as const;
      await Promise.all(rows.map(({ id }) => store.handle(deliveryAggregate, { tenantId, id, command, meta })));
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) return;
      after = last.id;
    }
  }
}
