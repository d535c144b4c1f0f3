import { type CloudEvent, contractEvents, type DeliveryPurpose } from '@aftertone/contracts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import type { Follower } from './followers.ts';

const idIn = (data: CloudEvent['data'], name: string): string | null => {
  const value = data[name];
  return typeof value === 'string' ? value : null;
};

/**
 * The message that a delivery is about, with which it is erased. What tells of a purge tells nothing of the message, and
 * goes out although the message is gone.
 */
const messageIdOf = ({ type, data }: CloudEvent): string | null =>
  type === contractEvents.messageDeleted.type && data.reason === 'purged' ? null : idIn(data, 'messageId');

const payloadOf = ({ id: eventId, tenantid: tenantId, sequence, data }: CloudEvent) => ({
  ...data,
  tenantId,
  eventId,
  sequence: sequence ?? null,
});

/** What is sent to the webhooks that follow an event. `message`: it tells of a new one, in the order of the chain. */
export const planWebhooks = (
  event: CloudEvent,
  followers: readonly Follower[],
  purpose: Extract<DeliveryPurpose, 'message' | 'event'>,
): PlannedContent[] =>
  followers
    // A message that was restored is no new voicemail.
    .filter(({ format }) => format === 'standard' || purpose === 'message')
    .map(({ id: recipient }) => ({
      facts: {
        eventId: event.id,
        messageId: messageIdOf(event),
        mailboxId: idIn(event.data, 'mailboxId'),
        channel: 'webhook',
        purpose,
        recipient,
        userId: null,
        correlationId: event.correlationid,
      },
      notice: { kind: 'event', type: event.type, time: event.time },
      payload: payloadOf(event),
    }));
