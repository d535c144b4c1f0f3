import type { CareReason } from '@aftertone/contracts';
import type { EventMeta, EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { Escalations } from '../escalation/escalations.ts';
import { settled } from '../mailbox-events/settled.ts';

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

export interface CareOfTenant {
  care: CareTaken;
  of: OfTenant;
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
  SELECT DISTINCT ON (tenant_id, message_id, mailbox_id, user_id, reason) *, $8::timestamptz
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::uuid[], $6::text[], $7::uuid[])
    AS taken(tenant_id, message_id, mailbox_id, message_version, user_id, reason, by_user_id)
  ORDER BY tenant_id, message_id, mailbox_id, user_id, reason, message_version DESC
  ON CONFLICT (tenant_id, message_id, mailbox_id, user_id, reason) DO UPDATE SET message_version = excluded.message_version
    WHERE message_care.message_version < excluded.message_version`;

const ofStays = `
  SELECT stay.n::int, c.message_id AS "messageId", NULLIF(c.mailbox_id, $4) AS "mailboxId", c.message_version AS version,
    c.reason, NULLIF(c.user_id, $4) AS "userId", c.by_user_id AS by
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS stay(tenant_id, message_id, mailbox_id, n)
  JOIN message_care c
    ON c.tenant_id = stay.tenant_id AND c.message_id = stay.message_id AND c.mailbox_id IN (stay.mailbox_id, $4)
  ORDER BY stay.n, c.at`;

// Most messages have neither an escalation that goes on nor anything that waits.
const withConsequences = `
  SELECT told.n::int
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS told(tenant_id, message_id, n)
  WHERE EXISTS (SELECT FROM escalation_timer t WHERE t.tenant_id = told.tenant_id AND t.message_id = told.message_id)
    OR EXISTS (
      SELECT FROM delivery d JOIN delivery_queue q ON q.tenant_id = d.tenant_id AND q.id = d.id
      WHERE d.tenant_id = told.tenant_id AND d.message_id = told.message_id)`;

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

  take(care: CareTaken, of: OfTenant): Promise<void> {
    return this.takeAll([{ care, of }]);
  }

  /** In their order for each message. All are tried before a failure is thrown. */
  async takeAll(taken: readonly CareOfTenant[]): Promise<void> {
    if (taken.length === 0) return;
    const { pool } = this.parts.store;
    // First: who plans at the same time either has planned by now, or finds this.
    await pool.query({
      name: 'record-care',
      text: record,
      values: [
        taken.map(({ of }) => of.tenantId),
        taken.map(({ care }) => care.messageId),
        taken.map(({ care }) => care.mailboxId ?? any),
        taken.map(({ care }) => care.version),
        taken.map(({ care }) => care.userId ?? any),
        taken.map(({ care }) => care.reason),
        taken.map(({ care }) => care.by),
        this.parts.clock(),
      ],
    });
    const { rows } = await pool.query<{ n: number }>({
      name: 'care-with-consequences',
      text: withConsequences,
      values: [taken.map(({ of }) => of.tenantId), taken.map(({ care }) => care.messageId)],
    });
    const concerned = new Set(rows.map(({ n }) => n - 1));
    await this.followAll(taken.filter((_, n) => concerned.has(n)));
  }

  /** The message has come into a mailbox: what was told of it there before was of another stay. */
  async beginAnew({ messageId, mailboxId, version }: Stay, tenantId: string): Promise<void> {
    await this.parts.store.pool.query(
      `DELETE FROM message_care
       WHERE tenant_id = $1 AND message_id = $2 AND mailbox_id IN ($3, $4) AND message_version < $5`,
      [tenantId, messageId, mailboxId ?? any, any, version],
    );
  }

  /** What was told of these messages in their mailboxes before their notifications were planned. */
  async catchUp(planned: ReadonlyArray<{ stay: Stay; of: OfTenant }>): Promise<void> {
    if (planned.length === 0) return;
    const { rows } = await this.parts.store.pool.query<CareTaken & { n: number }>({
      name: 'care-of-stays',
      text: ofStays,
      values: [
        planned.map(({ of }) => of.tenantId),
        planned.map(({ stay }) => stay.messageId),
        planned.map(({ stay }) => stay.mailboxId ?? any),
        any,
      ],
    });
    await this.followAll(
      rows.flatMap(({ n, ...care }) => {
        const of = planned[n - 1]?.of;
        return of === undefined ? [] : [{ care, of }];
      }),
    );
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

  /** Messages side by side, what concerns one of them in its order. */
  private async followAll(taken: readonly CareOfTenant[]): Promise<void> {
    const byMessage = Map.groupBy(taken, ({ care, of }) => `${of.tenantId} ${care.messageId}`);
    await settled(
      [...byMessage.values()].map(async (ofOne) => {
        for (const { care, of } of ofOne) await this.follow(care, of);
      }),
    );
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
