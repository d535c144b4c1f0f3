import { type Publication, Publisher, type RecordedEvent } from '@aftertone/event-store';
import { announcementAggregate } from '../completion/announcement.ts';
import { publishAnnouncement } from '../completion/publish.ts';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import { publishDelivery } from '../deliveries/publish.ts';
import { escalationAggregate } from '../escalation/escalation.aggregate.ts';
import { publishEscalation } from '../escalation/publish.ts';
import { lampsAggregate, publishLamps } from '../mwi/lamps.ts';
import { publishWebhook } from '../webhooks/publish.ts';
import { webhookAggregate } from '../webhooks/webhook.aggregate.ts';

/** What others hear of one kind of streams. */
interface Published {
  knows(type: string): boolean;
  publish(event: never, id: string): Publication[];
}

const kind = <Event extends { type: string; data: unknown }>(
  { codecs }: { codecs: Readonly<Record<Event['type'], unknown>> },
  publish: (event: Event, id: string) => Publication[],
): Published => ({ knows: (type) => Object.hasOwn(codecs, type), publish });

const kinds: ReadonlyMap<string, Published> = new Map([
  [deliveryAggregate.type, kind(deliveryAggregate, publishDelivery)],
  [announcementAggregate.type, kind(announcementAggregate, publishAnnouncement)],
  [escalationAggregate.type, kind(escalationAggregate, publishEscalation)],
  [lampsAggregate.type, kind(lampsAggregate, publishLamps)],
  [webhookAggregate.type, kind(webhookAggregate, publishWebhook)],
]);

/** A type that a newer version wrote is that version's to publish. */
const publish = ({ streamId, type, data }: RecordedEvent): Publication[] => {
  const end = streamId.indexOf('-');
  const published = kinds.get(streamId.slice(0, end));
  if (!published?.knows(type)) return [];
  return published.publish({ type, data } as never, streamId.slice(end + 1));
};

/** Turns this service's stored events into what others see of them. */
export const notifyPublisher = (cell: string): Publisher =>
  new Publisher({ source: `/aftertone/${cell}/notify`, publish });
