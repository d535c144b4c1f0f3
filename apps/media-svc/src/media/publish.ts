import { contractEvents, type EventDefinition, mediaPath } from '@aftertone/contracts';
import { type Publication, Publisher, type RecordedEvent } from '@aftertone/event-store';
import type { DomainEvent } from '@aftertone/kernel';
import type { z } from 'zod';
import { publishPrompt } from '../prompts/publish.ts';
import { mediaAggregate } from './media.aggregate.ts';
import type { MediaEvent } from './media.ts';

/** A publication whose data is checked against its definition by the compiler. */
const about =
  (mediaId: string) =>
  <Data extends z.ZodType<Record<string, unknown>, Record<string, unknown>>>(
    { type }: EventDefinition<Data>,
    verb: 'stored' | 'deleted',
    data: z.input<Data>,
  ): Publication => ({ type, path: mediaPath(mediaId, verb), data });

const isMediaEvent = (event: DomainEvent): event is MediaEvent => Object.hasOwn(mediaAggregate.codecs, event.type);

/** What others learn of an event. Who plays a recording is for the history of the messages to tell. */
const publicationsOf = (event: MediaEvent, mediaId: string): Publication[] => {
  const tell = about(mediaId);
  switch (event.type) {
    case 'MediaStored': {
      const { contentType, codec, durationMs, bytes, sha256 } = event.data;
      const facts = { mediaId, contentType, codec, durationMs, bytes, sha256 };
      return [tell(contractEvents.mediaStored, 'stored', facts)];
    }
    case 'MediaDeleted':
      return [tell(contractEvents.mediaDeleted, 'deleted', { mediaId, reason: event.data.reason })];
    case 'MediaMoved':
    case 'MediaReferenced':
    case 'MediaReleased':
      return [];
  }
};

/** The contract events of any stored event. A type that a newer version wrote is that version's to publish. */
export const publishMedia = ({ type, data, streamId }: RecordedEvent): Publication[] => {
  const event: DomainEvent = { type, data };
  return isMediaEvent(event) ? publicationsOf(event, streamId.slice(`${mediaAggregate.type}-`.length)) : [];
};

/** Turns this service's stored events into what others see of them. */
export const mediaPublisher = (cell: string): Publisher =>
  new Publisher({
    source: `/aftertone/${cell}/media`,
    publish: (event) => [...publishMedia(event), ...publishPrompt(event)],
  });
