import {
  type CloudEvent,
  cloudEventsContentType,
  contractEventId,
  contractEvents,
  type EventDefinition,
  eventHeaders,
  eventSubject,
  mediaPath,
} from '@aftertone/contracts';
import type { OutgoingMessage, RecordedEvent } from '@aftertone/event-store';
import type { DomainEvent } from '@aftertone/kernel';
import type { z } from 'zod';
import { mediaAggregate } from './media.aggregate.ts';
import type { MediaEvent } from './media.ts';

interface Fact {
  type: string;
  verb: 'stored' | 'deleted';
  data: Record<string, unknown>;
}

const fact = <Data extends z.ZodType<Record<string, unknown>, Record<string, unknown>>>(
  { type }: EventDefinition<Data>,
  verb: Fact['verb'],
  data: z.input<Data>,
): Fact => ({ type, verb, data });

const isMediaEvent = (event: DomainEvent): event is MediaEvent => Object.hasOwn(mediaAggregate.codecs, event.type);

/** What others learn of an event. Who plays a recording is for the history of the messages to tell. */
const factOf = (event: MediaEvent, mediaId: string): Fact | null => {
  switch (event.type) {
    case 'MediaStored': {
      const { contentType, codec, durationMs, bytes, sha256 } = event.data;
      return fact(contractEvents.mediaStored, 'stored', { mediaId, contentType, codec, durationMs, bytes, sha256 });
    }
    case 'MediaDeleted':
      return fact(contractEvents.mediaDeleted, 'deleted', { mediaId, reason: event.data.reason });
    case 'MediaReferenced':
    case 'MediaReleased':
      return null;
  }
};

/**
 * The contract event of a stored event; null when it has none.
 * @param source `/aftertone/<cell>/media`
 */
export const publishMedia = (recorded: RecordedEvent, source: string): CloudEvent | null => {
  const event: DomainEvent = { type: recorded.type, data: recorded.data };
  const mediaId = recorded.streamId.slice('media-'.length);
  // A type that a newer version wrote is that version's to publish.
  const told = isMediaEvent(event) ? factOf(event, mediaId) : null;
  if (told === null) return null;
  return {
    specversion: '1.0',
    id: contractEventId(recorded.id, 0),
    source,
    type: told.type,
    subject: mediaPath(mediaId, told.verb),
    time: recorded.at,
    datacontenttype: 'application/json',
    tenantid: recorded.tenantId,
    streamversion: recorded.version,
    correlationid: recorded.meta.correlationId,
    ...(recorded.meta.causationId === undefined ? {} : { causationid: recorded.meta.causationId }),
    data: told.data,
  };
};

/** The bus message of a stored event, if it has one. */
export const busMessages = (recorded: RecordedEvent, source: string): OutgoingMessage[] => {
  const event = publishMedia(recorded, source);
  if (event === null) return [];
  const { position } = recorded;
  const headers = {
    [eventHeaders.contentType]: cloudEventsContentType,
    [eventHeaders.position]: String(position),
    [eventHeaders.part]: '0',
  };
  const subject = eventSubject(event.tenantid, event.subject);
  return [{ subject, id: event.id, position, part: 0, headers, body: JSON.stringify(event) }];
};
