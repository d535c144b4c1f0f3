import type { Caller, DeliveryFacts, Notice } from '../deliveries/delivery.ts';
import type { KnownMailbox } from '../mailboxes/known-mailboxes.ts';
import type { NewMessage } from './read-news.ts';

export interface PlannedNotice {
  facts: DeliveryFacts;
  notice: Notice;
  caller: Caller;
}

const recordingOf = ({ content, confidential }: NewMessage['message'], attach: boolean): Notice['recording'] => {
  const { mediaId, contentType, bytes, sha256 } = content;
  const isWhole = mediaId !== undefined && contentType !== undefined && bytes !== undefined && sha256 !== undefined;
  return attach && !confidential && isWhole ? { mediaId, contentType, bytes, sha256 } : null;
};

/** One notification for each recipient of the mailbox, whoever is named twice gets one. */
export const planNotices = (
  cause: { eventId: string; correlationId: string },
  { messageId, mailboxId, message }: NewMessage,
  mailbox: KnownMailbox,
): PlannedNotice[] => {
  const { number, name, timezone, language, attachAudio } = mailbox;
  const { receivedAt, urgent, confidential, callerNumber, callerName, calledNumber, content } = message;
  const notice: Notice = {
    mailbox: { number, name, timezone, language },
    receivedAt,
    durationMs: content.durationMs ?? null,
    urgent,
    confidential,
    recording: recordingOf(message, attachAudio),
  };
  const caller = { callerNumber, callerName, calledNumber };
  return [...new Set(mailbox.emailTo)].map((recipient) => ({
    facts: { ...cause, messageId, mailboxId, channel: 'email', recipient },
    notice,
    caller,
  }));
};
