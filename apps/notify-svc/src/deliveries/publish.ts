import { contractEvents, type EventData, notificationPath } from '@aftertone/contracts';
import type { Publication } from '@aftertone/event-store';
import type { DeliveryEvent, DeliveryFacts } from './delivery.ts';

const publicFacts = ({ correlationId: _, ...facts }: DeliveryFacts, deliveryId: string) => ({ deliveryId, ...facts });

/** What others hear of one event of a delivery: how it ended, if it did. */
export const publishDelivery = (event: DeliveryEvent, deliveryId: string): Publication[] => {
  switch (event.type) {
    case 'NotificationDelivered': {
      const { facts, attempts } = event.data;
      const data: EventData<'notification_delivered'> = { ...publicFacts(facts, deliveryId), attempts };
      const { type } = contractEvents.notificationDelivered;
      return [{ type, path: notificationPath(facts.mailboxId, 'delivered'), data }];
    }
    case 'NotificationFailed': {
      const { facts, attempts, detail } = event.data;
      const data: EventData<'notification_failed'> = { ...publicFacts(facts, deliveryId), attempts, detail };
      const { type } = contractEvents.notificationFailed;
      return [{ type, path: notificationPath(facts.mailboxId, 'failed'), data }];
    }
    case 'NotificationPlanned':
    case 'AttemptStarted':
    case 'AttemptEnded':
    case 'AttemptUnknown':
    case 'NotificationCancelled':
    case 'CallerErased':
      return [];
  }
};
