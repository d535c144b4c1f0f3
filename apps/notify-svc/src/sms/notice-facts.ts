import type { Caller, MessageNotice, PlannedDelivery } from '../deliveries/delivery.ts';
import type { ReaderFacts } from '../email/reader-facts.ts';
import type { NoticeFacts } from '../templates/facts/facts.ts';

const nobody: Caller = { callerNumber: null, callerName: null, calledNumber: null };

/** What a notice without audio says of its message. */
export const noticeFacts = (
  kind: 'sms' | 'fax',
  { facts, caller = nobody, notice }: Pick<PlannedDelivery, 'facts' | 'caller'> & { notice: MessageNotice },
  { name, ...about }: ReaderFacts,
): NoticeFacts => {
  const { mailbox, reader, receivedAt, durationMs, urgent, confidential } = notice;
  return {
    kind,
    ...about,
    recipient: { ...reader, name },
    message: {
      id: facts.messageId ?? '',
      ...{ mailbox, caller, receivedAt, durationMs, urgent, confidential, enclosure: 'not-wanted' },
    },
  };
};

/** What an answer of the other side may not tell. */
export const callerTexts = ({ caller }: Pick<PlannedDelivery, 'caller'>): string[] =>
  [caller?.callerName, caller?.callerNumber].filter((text) => typeof text === 'string' && text !== '') as string[];
