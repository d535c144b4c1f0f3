import { contractEvents, type EventData, notificationPath } from '@aftertone/contracts';
import type { Publication } from '@aftertone/event-store';
import { type DeliveryEvent, type DeliveryFacts, withDetail } from './delivery.ts';

const publicFacts = ({ correlationId: _, userId: __, named: ___, ...facts }: DeliveryFacts, deliveryId: string) => ({
  deliveryId,
  ...facts,
});

/** What is about no mailbox is told on the path of its recipient, a webhook. */
const about = ({ mailboxId, recipient }: DeliveryFacts): string => mailboxId ?? recipient;

const failed = (facts: DeliveryFacts, told: Omit<EventData<'notification_failed'>, keyof DeliveryFacts>) => {
  const data: EventData<'notification_failed'> = { ...publicFacts(facts, told.deliveryId), ...told };
  return [{ type: contractEvents.notificationFailed.type, path: notificationPath(about(facts), 'failed'), data }];
};

/** What others hear of one event of a delivery: how it ended, if it did. */
export const publishDelivery = (event: DeliveryEvent, deliveryId: string): Publication[] => {
  switch (event.type) {
    case 'NotificationDelivered': {
      const { facts, attempts } = event.data;
      const data: EventData<'notification_delivered'> = { ...publicFacts(facts, deliveryId), attempts };
      const { type } = contractEvents.notificationDelivered;
      return [{ type, path: notificationPath(about(facts), 'delivered'), data }];
    }
    case 'NotificationFailed': {
      const { facts, attempts, detail = 'the message was purged' } = event.data;
      return failed(facts, { deliveryId, attempts, detail, bounce: null });
    }
    case 'NotificationBounced': {
      const { facts, attempts } = event.data;
      const bounce = withDetail(event.data);
      return failed(facts, { deliveryId, attempts, detail: `bounced: ${bounce.detail}`, bounce });
    }
    case 'NotificationPlanned':
    case 'AttemptStarted':
    case 'AttemptEnded':
    case 'AttemptUnknown':
    case 'NotificationReplayed':
    case 'NotificationRedirected':
    case 'NotificationCancelled':
    case 'CallerErased':
      return [];
  }
};
