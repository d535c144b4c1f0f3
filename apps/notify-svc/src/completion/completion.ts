import type { EventStore, RecordedEvent } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { DeliveryFacts } from '../deliveries/delivery.ts';
import { idOfEvent } from '../deliveries/delivery-id.ts';
import type { AnnouncedEvents } from '../mailbox-events/announced-events.ts';
import { announcementAggregate, type Completed } from './announcement.ts';

export interface CompletionParts {
  store: EventStore;
  announced: AnnouncedEvents;
  clock: Clock;
}

interface Row extends Omit<Completed, 'eventId'> {
  total: number;
}

/** The event that told of the message, and the request behind it. */
export interface Announced {
  tenantId: string;
  eventId: string;
  correlationId: string;
}

const summary = `
  SELECT message_id AS "messageId", mailbox_id AS "mailboxId", channel,
    count(*) FILTER (WHERE state <> 'cancelled')::int AS total,
    count(*) FILTER (WHERE state = 'delivered')::int AS delivered
  FROM delivery
  WHERE tenant_id = $1 AND event_id = $2 AND channel IN ('email', 'external') AND COALESCE(purpose, 'message') = 'message'
    AND replaced_by IS NULL
  GROUP BY 1, 2, 3`;

const streamPrefix = `${deliveryAggregate.type}-`;

/**
 * Finds out when every e-mail about a message has been accepted, so that what shall follow from it (`deleteAfterNotify`,
 * the end of a message that is kept elsewhere) never follows from less.
 */
export class Completion {
  private readonly parts: CompletionParts;

  constructor(parts: CompletionParts) {
    this.parts = parts;
  }

  /** Follows the service's own log. Events may come again. */
  async react(events: readonly RecordedEvent[]): Promise<void> {
    for (const { streamId, type, data, tenantId } of events) {
      if (!streamId.startsWith(streamPrefix) || type !== 'NotificationDelivered') continue;
      const { facts } = data as { facts: DeliveryFacts };
      const counts = facts.purpose === 'message' && (facts.channel === 'email' || facts.channel === 'external');
      if (counts) await this.check({ tenantId, eventId: facts.eventId, correlationId: facts.correlationId });
    }
  }

  async check({ tenantId, eventId, correlationId }: Announced): Promise<void> {
    const { store, announced, clock } = this.parts;
    // Read after whatever led here was committed: of a planner and a sender who check at once, one sees both.
    if (!(await announced.isPlanned(tenantId, eventId))) return;
    const { rows } = await store.pool.query<Row>(summary, [tenantId, eventId]);
    for (const { total, messageId, mailboxId, channel, delivered } of rows) {
      if (delivered === 0 || delivered < total) continue;
      const command = {
        type: 'CompleteAnnouncement',
        data: { eventId, messageId, mailboxId, channel, delivered },
        meta: { now: clock().toISOString() },
      } as const;
      await store.handle(announcementAggregate, {
        tenantId,
        id: idOfEvent(tenantId, eventId),
        command,
        meta: { actor: { kind: 'service', id: 'notify-svc' }, correlationId, causationId: eventId },
      });
    }
  }
}
