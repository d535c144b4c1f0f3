import {
  type CloudEvent,
  cloudEventsContentType,
  contractEventId,
  eventHeaders,
  eventSubject,
} from '@aftertone/contracts';
import type { OutgoingMessage, RecordedEvent } from '@aftertone/event-store';
import type { DomainEvent } from '@aftertone/kernel';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { DeliveryEvent } from '../deliveries/delivery.ts';
import { publishDelivery } from '../deliveries/publish.ts';

const isOfDelivery = (event: DomainEvent): event is DeliveryEvent =>
  Object.hasOwn(deliveryAggregate.codecs, event.type);

const prefix = `${deliveryAggregate.type}-`;

/** The contract events of a stored event. A type that a newer version wrote is that version's to publish. */
export const contractEventsOf = (recorded: RecordedEvent, source: string): CloudEvent[] => {
  const { streamId, type, data } = recorded;
  const event: DomainEvent = { type, data };
  if (!isOfDelivery(event)) return [];
  return publishDelivery(event, streamId.slice(prefix.length)).map((publication, n) => ({
    specversion: '1.0',
    id: contractEventId(recorded.id, n),
    source,
    type: publication.type,
    subject: publication.path,
    time: recorded.at,
    datacontenttype: 'application/json',
    tenantid: recorded.tenantId,
    streamversion: recorded.version,
    correlationid: recorded.meta.correlationId,
    ...(recorded.meta.causationId !== undefined && { causationid: recorded.meta.causationId }),
    data: publication.data,
  }));
};

/** The bus messages of a stored event. Notifications have no audience beside who may follow the tenant's. */
export const busMessages = (recorded: RecordedEvent, source: string): OutgoingMessage[] =>
  contractEventsOf(recorded, source).map((event, part) => ({
    subject: eventSubject(recorded.tenantId, event.subject),
    id: event.id,
    position: recorded.position,
    part,
    headers: {
      [eventHeaders.contentType]: cloudEventsContentType,
      [eventHeaders.position]: String(recorded.position),
      [eventHeaders.part]: String(part),
    },
    body: JSON.stringify(event),
  }));
