import type { Caller, MessageNotice, Reader } from '../deliveries/delivery.ts';
import type { KnownUser } from '../known/known-users.ts';
import type { EmailSettings } from './settings.ts';
import type { Situation } from './situation.ts';

/** Time zone and language of the user, else those of the mailbox. */
export const readerOf = ({ mailbox }: Situation, user: KnownUser | undefined): Reader => ({
  language: user?.language ?? mailbox.language,
  timezone: user?.timezone ?? mailbox.timezone,
});

export const callerOf = ({ message }: Situation): Caller => {
  const { callerNumber, callerName, calledNumber } = message;
  return { callerNumber, callerName, calledNumber };
};

/** The whole recording, which events of before it was attached do not name. */
export const recordingOf = (
  { message }: Situation,
  format: EmailSettings['audioFormat'],
): MessageNotice['recording'] => {
  const { mediaId, contentType, bytes, sha256 } = message.content;
  const isWhole = mediaId !== undefined && contentType !== undefined && bytes !== undefined && sha256 !== undefined;
  return isWhole ? { mediaId, contentType, bytes, sha256, format } : null;
};

export interface NoticeOptions {
  user?: KnownUser | undefined;
  recording?: MessageNotice['recording'];
  withheld?: MessageNotice['withheld'] | undefined;
  link?: boolean;
}

/** What a notification says of the message. */
export const messageNotice = (
  situation: Situation,
  { user, recording = null, withheld, link = false }: NoticeOptions = {},
): MessageNotice => {
  const { mailbox, message } = situation;
  const { receivedAt, urgent, confidential, content } = message;
  return {
    kind: 'message',
    mailbox: { number: mailbox.number, name: mailbox.name },
    reader: readerOf(situation, user),
    receivedAt,
    durationMs: content.durationMs ?? null,
    urgent,
    confidential,
    recording,
    ...(withheld !== undefined && { withheld }),
    link,
    escalation: null,
  };
};
