import { type CloudEvent, contractEvents, id } from '@aftertone/contracts';
import { z } from 'zod';
import type { MessageChange } from './message-audio.ts';

/** The little that is needed here: what else a message is made of may change without harm. */
const messagePlaying = z.object({
  messageId: id,
  // A kind of content that is not known here yet may play a recording too.
  message: z.object({ content: z.object({ type: z.string(), mediaId: id.optional() }) }),
});

const messageGone = z.object({ messageId: id, reason: z.string() });

const messageTaken = z.object({ messageId: id });

const greetingChanged = z.object({
  greeting: z.object({ recording: z.object({ id, content: z.object({ mediaId: id }) }).nullable() }),
  forgottenRecordingIds: z.array(id),
});

const { messageCreated, messageUpdated, messageDeleted, messageForwarding, messageForwarded, greetingUpdated } =
  contractEvents;

/**
 * What a contract event says about the recordings that messages play, and greetings: each recording of a greeting stands
 * for itself, and is needed until it is forgotten.
 * @throws ZodError when it is not what its type promises.
 */
export const readChanges = (event: CloudEvent): MessageChange[] => {
  const common = {
    tenantId: event.tenantid,
    version: event.streamversion,
    at: event.time,
    eventId: event.id,
    correlationId: event.correlationid,
  };
  switch (event.type) {
    case messageCreated.type:
    case messageUpdated.type:
    // Until it has been sent on, its recording is needed.
    case messageForwarding.type: {
      const { messageId, message } = messagePlaying.parse(event.data);
      return [{ ...common, messageId, mediaId: message.content.mediaId ?? null, purged: false }];
    }
    case messageDeleted.type: {
      const { messageId, reason } = messageGone.parse(event.data);
      // A deleted message can be restored, a moved one is created elsewhere: both still play their recording.
      return reason === 'purged' ? [{ ...common, messageId, mediaId: null, purged: true }] : [];
    }
    case messageForwarded.type: {
      const { messageId } = messageTaken.parse(event.data);
      return [{ ...common, messageId, mediaId: null, purged: true }];
    }
    case greetingUpdated.type: {
      const { greeting, forgottenRecordingIds } = greetingChanged.parse(event.data);
      const { recording } = greeting;
      return [
        ...(recording === null
          ? []
          : [{ ...common, messageId: recording.id, mediaId: recording.content.mediaId, purged: false }]),
        ...forgottenRecordingIds.map((messageId) => ({ ...common, messageId, mediaId: null, purged: true })),
      ];
    }
    default:
      return [];
  }
};
