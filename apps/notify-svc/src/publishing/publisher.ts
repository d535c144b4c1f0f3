import { type Publication, Publisher, type RecordedEvent } from '@aftertone/event-store';
import type { DomainEvent } from '@aftertone/kernel';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { DeliveryEvent } from '../deliveries/delivery.ts';
import { publishDelivery } from '../deliveries/publish.ts';

const isOfDelivery = (event: DomainEvent): event is DeliveryEvent =>
  Object.hasOwn(deliveryAggregate.codecs, event.type);

const prefix = `${deliveryAggregate.type}-`;

/** A type that a newer version wrote is that version's to publish. */
const publish = ({ streamId, type, data }: RecordedEvent): Publication[] => {
  const event: DomainEvent = { type, data };
  return isOfDelivery(event) ? publishDelivery(event, streamId.slice(prefix.length)) : [];
};

/** Turns this service's stored events into what others see of them. */
export const notifyPublisher = (cell: string): Publisher =>
  new Publisher({ source: `/aftertone/${cell}/notify`, publish });
