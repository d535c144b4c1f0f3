import type { CloudEvent } from '@aftertone/contracts';
import type { EventMeta, EventStore } from '@aftertone/event-store';
import { type Clock, notFound } from '@aftertone/kernel';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import { deliveryId } from '../deliveries/delivery-id.ts';
import type { DeliveriesOfMessage } from '../deliveries/list/delivery.query.ts';
import type { KnownMailboxes } from '../mailboxes/known-mailboxes.ts';
import type { AnnouncedEvents } from './announced-events.ts';
import { planNotices } from './plan.ts';
import { type NewMessage, readNews } from './read-news.ts';

export interface AnnouncerParts {
  store: EventStore;
  mailboxes: KnownMailboxes;
  announced: AnnouncedEvents;
  deliveries: DeliveriesOfMessage;
  clock: Clock;
}

const metaOf = (event: CloudEvent): EventMeta => ({
  actor: { kind: 'service', id: 'notify-svc' },
  correlationId: event.correlationid,
  causationId: event.id,
});

/** Turns events of mailbox-svc into notifications. Each of them may come twice and late. */
export class Announcer {
  private readonly parts: AnnouncerParts;

  constructor(parts: AnnouncerParts) {
    this.parts = parts;
  }

  /** In order, but messages that follow each other are planned side by side: they do not concern one another. */
  async apply(events: readonly CloudEvent[]): Promise<void> {
    let planning: Promise<void>[] = [];
    const planned = async (): Promise<void> => {
      const under = planning;
      planning = [];
      // All of them end before a failure is told: nothing of this batch may still be at work when it comes again.
      const failed = (await Promise.allSettled(under)).find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    };
    for (const event of events) {
      const news = readNews(event);
      if (news?.kind === 'message') {
        planning.push(this.announce(event, news.message));
        continue;
      }
      await planned();
      const { tenantid: tenantId, streamversion: version } = event;
      switch (news?.kind) {
        case 'mailbox':
          await this.parts.mailboxes.record({ tenantId, mailboxId: news.mailboxId }, news.mailbox, version);
          break;
        case 'mailbox-closed':
          await this.parts.mailboxes.close({ tenantId, mailboxId: news.mailboxId }, version);
          break;
        case 'message-purged':
          await this.erase(event, news.messageId);
          break;
        case undefined:
          break;
      }
    }
    await planned();
  }

  private async announce(event: CloudEvent, message: NewMessage): Promise<void> {
    const { store, mailboxes, announced, clock } = this.parts;
    const { tenantid: tenantId, id: eventId, correlationid: correlationId } = event;
    if (await announced.has(tenantId, eventId, message.messageId)) return;
    const mailbox = await mailboxes.find({ tenantId, mailboxId: message.mailboxId });
    if (mailbox === null) {
      // Not `unavailable`: that would be tried for ever, and hold up the mailbox's later events.
      throw notFound('mailbox-unknown', 'The settings of the mailbox have not arrived yet', {
        mailboxId: message.mailboxId,
      });
    }
    const now = clock();
    for (const data of planNotices({ eventId, correlationId }, message, mailbox)) {
      const command = { type: 'PlanNotification', data, meta: { now: now.toISOString() } } as const;
      const id = deliveryId({ tenantId, ...data.facts });
      await store.handle(deliveryAggregate, { tenantId, id, command, meta: metaOf(event), isNew: true });
    }
    await announced.add(tenantId, eventId, now);
  }

  private async erase(event: CloudEvent, messageId: string): Promise<void> {
    const { store, deliveries, announced, clock } = this.parts;
    const { tenantid: tenantId } = event;
    await announced.addPurged(tenantId, messageId, clock());
    for (const id of await deliveries.idsOf(tenantId, messageId)) {
      const command = { type: 'EraseCaller', data: {}, meta: { now: clock().toISOString() } } as const;
      await store.handle(deliveryAggregate, { tenantId, id, command, meta: metaOf(event) });
    }
  }
}
