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

const { messageCreated, messageUpdated, messageDeleted, messageForwarding, messageForwarded } = contractEvents;

/**
 * What a contract event says about the recording of a message; null when it says nothing about it.
 * @throws ZodError when it is not what its type promises.
 */
export const readChange = (event: CloudEvent): MessageChange | null => {
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
      return { ...common, messageId, mediaId: message.content.mediaId ?? null, purged: false };
    }
    case messageDeleted.type: {
      const { messageId, reason } = messageGone.parse(event.data);
      // A deleted message can be restored, a moved one is created elsewhere: both still play their recording.
      return reason === 'purged' ? { ...common, messageId, mediaId: null, purged: true } : null;
    }
    case messageForwarded.type: {
      const { messageId } = messageTaken.parse(event.data);
      return { ...common, messageId, mediaId: null, purged: true };
    }
    default:
      return null;
  }
};
