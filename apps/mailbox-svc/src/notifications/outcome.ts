import { type CloudEvent, contractEvents } from '@aftertone/contracts';
import { eventData } from '../calls/event-data.ts';

/** What became of telling about a message, as far as it matters to the message. */
export interface Outcome {
  /** Everybody told by e-mail; the message itself taken elsewhere; an e-mail that was accepted came back. */
  what: 'told' | 'forwarded' | 'bounced';
  tenantId: string;
  mailboxId: string;
  messageId: string;
  cause: { correlationId: string; causationId: string };
}

const { notificationCompleted, notificationFailed } = contractEvents;

/** Null: the event says nothing that matters. Throws `event-unreadable`. */
export const outcomeOf = (event: CloudEvent): Outcome | null => {
  const common = {
    tenantId: event.tenantid,
    cause: { correlationId: event.correlationid, causationId: event.id },
  };
  switch (event.type) {
    case notificationCompleted.type: {
      const { mailboxId, messageId, channel } = eventData(notificationCompleted, event);
      return { ...common, what: channel === 'external' ? 'forwarded' : 'told', mailboxId, messageId };
    }
    case notificationFailed.type: {
      const { mailboxId, messageId, bounce, channel, purpose } = eventData(notificationFailed, event);
      // Only those e-mails are what a message is put away for.
      if (bounce === null || !(channel === 'email' || channel === 'text') || purpose !== 'message') return null;
      return mailboxId === null || messageId === null ? null : { ...common, what: 'bounced', mailboxId, messageId };
    }
    default:
      return null;
  }
};
