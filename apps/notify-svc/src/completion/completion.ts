import type { Channel } from '@aftertone/contracts';
import type { EventStore, RecordedEvent } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { CancelReason } from '../deliveries/delivery.ts';
import { idOfEvent } from '../deliveries/delivery-id.ts';
import type { AnnouncedEvents } from '../mailbox-events/announced-events.ts';
import { settled } from '../mailbox-events/settled.ts';
import { announcementAggregate, type Completed } from './announcement.ts';

export interface CompletionParts {
  store: EventStore;
  announced: AnnouncedEvents;
  clock: Clock;
}

interface Row extends Omit<Completed, 'eventId'> {
  /** Place among those asked about, from 1. */
  n: number;
  total: number;
  /** Of what was delivered: no short texts. */
  whole: number;
  /** Of what was delivered: without the recording that was wanted. */
  lacking: number;
}

/** The event that told of the message, and the request behind it. */
export interface Announced {
  tenantId: string;
  eventId: string;
  correlationId: string;
}

const counted: readonly Channel[] = ['email', 'text', 'external'];

const summary = `
  SELECT asked.n::int, d.message_id AS "messageId", d.mailbox_id AS "mailboxId",
    CASE WHEN bool_or(d.channel = 'external') THEN 'external' ELSE 'email' END AS channel,
    count(*) FILTER (WHERE d.state <> 'cancelled')::int AS total,
    count(*) FILTER (WHERE d.state = 'delivered')::int AS delivered,
    count(*) FILTER (WHERE d.state = 'delivered' AND d.channel <> 'text')::int AS whole,
    count(*) FILTER (WHERE d.state = 'delivered' AND d.without_recording IS NOT NULL)::int AS lacking
  FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS asked(tenant_id, event_id, n)
  JOIN delivery d ON d.tenant_id = asked.tenant_id AND d.event_id = asked.event_id
  WHERE d.channel = ANY ($3) AND COALESCE(d.purpose, 'message') = 'message' AND d.replaced_by IS NULL
  GROUP BY 1, 2, 3`;

/** One look for all that have ended together: a webhook that is deleted ends very many at once, which are none of them. */
const eventsOf = `
  SELECT DISTINCT ON (d.tenant_id, d.event_id) d.tenant_id AS "tenantId", d.event_id AS "eventId",
    ended.correlation_id AS "correlationId"
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS ended(tenant_id, id, correlation_id)
  JOIN delivery d ON d.tenant_id = ended.tenant_id AND d.id = ended.id
  WHERE d.channel = ANY ($4) AND COALESCE(d.purpose, 'message') = 'message'`;

const streamPrefix = `${deliveryAggregate.type}-`;

/** Of what counts no longer the others may have been waiting for it alone; after a purge nothing follows any more. */
const mayComplete = ({ streamId, type, data }: RecordedEvent): boolean =>
  streamId.startsWith(streamPrefix) &&
  (type === 'NotificationDelivered' ||
    (type === 'NotificationCancelled' && (data as { reason: CancelReason }).reason !== 'message-purged'));

/**
 * Finds out when every e-mail about a message has been accepted, short ones too, with whatever was to go along, so that
 * what shall follow from it (`deleteAfterNotify`, the end of a message that is kept elsewhere) never follows from less.
 * Short ones alone are not enough.
 */
export class Completion {
  private readonly parts: CompletionParts;

  constructor(parts: CompletionParts) {
    this.parts = parts;
  }

  /** Follows the service's own log. Events may come again. */
  async react(events: readonly RecordedEvent[]): Promise<void> {
    const ended = events.filter(mayComplete);
    if (ended.length === 0) return;
    await this.check(await this.announcedBy(ended));
  }

  /** What these deliveries were about, each once; of other channels nothing. */
  private async announcedBy(ended: readonly RecordedEvent[]): Promise<Announced[]> {
    const { rows } = await this.parts.store.pool.query<Announced>(eventsOf, [
      ended.map(({ tenantId }) => tenantId),
      ended.map(({ streamId }) => streamId.slice(streamPrefix.length)),
      ended.map(({ meta }) => meta.correlationId),
      counted,
    ]);
    return rows;
  }

  /** Those of them whose e-mails have all been accepted are completed. */
  async check(asked: readonly Announced[]): Promise<void> {
    const { store, announced } = this.parts;
    const done = await announced.doneOf(asked.map((one) => ({ ...one, messageId: null })));
    // Read after whatever led here was committed: of a planner and a sender who check at once, one sees both.
    const planned = asked.filter((one) => done.planned({ ...one, messageId: null }));
    if (planned.length === 0) return;
    const { rows } = await store.pool.query<Row>({
      name: 'completion-summary',
      text: summary,
      values: [planned.map(({ tenantId }) => tenantId), planned.map(({ eventId }) => eventId), counted],
    });
    await settled(
      rows.map(async (row) => {
        const of = planned[row.n - 1];
        if (of !== undefined) await this.complete(of, row);
      }),
    );
  }

  private async complete({ tenantId, eventId, correlationId }: Announced, row: Row): Promise<void> {
    const { total, messageId, mailboxId, channel, delivered, whole, lacking } = row;
    if (whole === 0 || lacking > 0 || delivered < total) return;
    const command = {
      type: 'CompleteAnnouncement',
      data: { eventId, messageId, mailboxId, channel, delivered },
      meta: { now: this.parts.clock().toISOString() },
    } as const;
    await this.parts.store.handle(announcementAggregate, {
      tenantId,
      id: idOfEvent(tenantId, eventId),
      command,
      meta: { actor: { kind: 'service', id: 'notify-svc' }, correlationId, causationId: eventId },
    });
  }
}
