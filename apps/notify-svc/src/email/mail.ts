import type { SendMailOptions } from 'nodemailer';
import type { MessageNotice, PlannedDelivery } from '../deliveries/delivery.ts';
import { type Enclosure, writeLetter } from './letter.ts';
import type { FetchedAudio } from './recording.ts';
import { localDay } from './when.ts';

export interface MailInput {
  /** Sender, `voicemail@example.com` or `Voicemail <voicemail@example.com>`. */
  from: string;
  deliveryId: string;
  delivery: Pick<PlannedDelivery, 'facts' | 'caller' | 'plannedAt'> & { notice: MessageNotice };
  enclosure: Enclosure;
  /** The recording, when it is attached. */
  audio: Pick<FetchedAudio, 'content' | 'contentType'> | null;
}

const domainOf = (from: string): string => /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'localhost';

/** Always the same for a delivery: a mail that was sent twice can be recognised. */
export const messageIdOf = (deliveryId: string, from: string): string => `<${deliveryId}@${domainOf(from)}>`;

const nobody = { callerNumber: null, callerName: null, calledNumber: null };

const endings: Readonly<Record<string, string>> = { 'audio/wav': 'wav', 'audio/mpeg': 'mp3' };

/** The whole e-mail as nodemailer takes it. */
export const composeMail = ({ from, deliveryId, delivery, enclosure, audio }: MailInput) => {
  const { facts, notice } = delivery;
  const { mailbox, reader, receivedAt, urgent, confidential } = notice;
  const letter = writeLetter({ notice, caller: delivery.caller ?? nobody, enclosure });
  const name = `${mailbox.number}-${localDay(receivedAt, reader.timezone)}`;
  return {
    from,
    // As an object: a text would be parsed, and could name more recipients than one.
    to: { name: '', address: facts.recipient },
    ...letter,
    messageId: messageIdOf(deliveryId, from),
    date: new Date(delivery.plannedAt),
    ...(urgent && { priority: 'high' as const }),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': reader.language,
      ...(confidential && { Sensitivity: 'Company-Confidential' }),
    },
    attachments: audio === null ? [] : [{ filename: `${name}.${endings[audio.contentType] ?? 'bin'}`, ...audio }],
    disableFileAccess: true,
    disableUrlAccess: true,
  } satisfies SendMailOptions;
};
