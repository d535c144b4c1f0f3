import { contractEvents, mailboxPath } from '@aftertone/contracts';
import { type EventPlace, type Fact, fact, type Publication } from '../../publishing/publication.ts';
import type { ForwardingEvent } from '../message.ts';
import { toPublicMessage } from '../public-message.ts';

const factOf = (event: ForwardingEvent, place: EventPlace): { mailboxId: string; verb: string; told: Fact } => {
  const messageId = place.id;
  switch (event.type) {
    case 'MessageSpooled': {
      const { message, caller, forwardTo: to } = event.data;
      const { mailboxId } = message;
      const data = { mailboxId, messageId, message: toPublicMessage(message, caller, place), to };
      return { mailboxId, verb: 'forwarding', told: fact(contractEvents.messageForwarding, data) };
    }
    case 'MessageForwarded': {
      const { mailboxId } = event.data;
      return { mailboxId, verb: 'forwarded', told: fact(contractEvents.messageForwarded, { mailboxId, messageId }) };
    }
  }
};

/**
 * What services are told of a message that is kept elsewhere. It was never in the mailbox: nobody who may see that gets
 * a copy, and it takes no number of it.
 */
export const publishForwarding = (event: ForwardingEvent, place: EventPlace): Publication[] => {
  const { mailboxId, verb, told } = factOf(event, place);
  const path = mailboxPath(mailboxId, 'messages', verb);
  return [{ role: 'mailbox', type: told.definition.type, path, audiences: [], data: told.data(0) }];
};
