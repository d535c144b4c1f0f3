import { type CloudEvent, contractEvents, type EventDefinition, fieldErrors } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';
import type { z } from 'zod';

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

const dataOf = <Data extends z.ZodType>({ data: schema }: EventDefinition<Data>, event: CloudEvent): z.output<Data> => {
  const read = schema.safeParse(event.data);
  if (read.success) return read.data;
  const errors = fieldErrors(read.error);
  throw invalid('event-unreadable', `${event.type} is not what it promises`, { errors }, read.error);
};

/** Null: the event says nothing that matters. Throws `event-unreadable`. */
export const outcomeOf = (event: CloudEvent): Outcome | null => {
  const common = {
    tenantId: event.tenantid,
    cause: { correlationId: event.correlationid, causationId: event.id },
  };
  switch (event.type) {
    case notificationCompleted.type: {
      const { mailboxId, messageId, channel } = dataOf(notificationCompleted, event);
      return { ...common, what: channel === 'external' ? 'forwarded' : 'told', mailboxId, messageId };
    }
    case notificationFailed.type: {
      const { mailboxId, messageId, bounce, channel, purpose } = dataOf(notificationFailed, event);
      // Only those e-mails are what a message is put away for.
      if (bounce === null || channel !== 'email' || purpose !== 'message') return null;
      return mailboxId === null || messageId === null ? null : { ...common, what: 'bounced', mailboxId, messageId };
    }
    default:
      return null;
  }
};
