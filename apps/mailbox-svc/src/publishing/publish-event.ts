import type { RecordedEvent } from '@aftertone/event-store';
import type { DomainEvent } from '@aftertone/kernel';
import { greetingsAggregate } from '../greetings/greetings.aggregate.ts';
import type { GreetingEvent } from '../greetings/greetings.ts';
import { publishGreetings } from '../greetings/publish.ts';
import { mailboxAggregate } from '../mailboxes/mailbox.aggregate.ts';
import type { MailboxEvent } from '../mailboxes/mailbox.ts';
import { publishMailbox } from '../mailboxes/publish.ts';
import { messageAggregate } from '../messages/message.aggregate.ts';
import type { MessageEvent } from '../messages/message.ts';
import { publishMessage } from '../messages/publish.ts';
import type { Publication } from './publication.ts';

const isOf =
  <E extends DomainEvent>(codecs: { readonly [T in E['type']]: unknown }) =>
  (event: DomainEvent): event is E =>
    Object.hasOwn(codecs, event.type);

const isOfMailbox = isOf<MailboxEvent>(mailboxAggregate.codecs);
const isOfMessage = isOf<MessageEvent>(messageAggregate.codecs);
const isOfGreetings = isOf<GreetingEvent>(greetingsAggregate.codecs);

/** Stream `message-<id>` of aggregate type `message`. */
const idIn = (streamId: string): string => streamId.slice(streamId.indexOf('-') + 1);

/** The contract events of any stored event, in order. A type that a newer version wrote is that version's to publish. */
export const publishEvent = ({ streamId, tenantId, version, stamps, type, data }: RecordedEvent): Publication[] => {
  const event: DomainEvent = { type, data };
  const place = { tenantId, id: idIn(streamId), version, stamps };
  if (isOfMailbox(event)) return publishMailbox(event, place);
  if (isOfMessage(event)) return publishMessage(event, place);
  if (isOfGreetings(event)) return publishGreetings(event, place);
  return [];
};
