import { audioEndings } from '@aftertone/contracts';
import type { SendMailOptions } from 'nodemailer';
import type { MessageNotice, PlannedDelivery } from '../deliveries/delivery.ts';
import { type Enclosure, type LetterInput, writeLetter } from './letter.ts';
import type { FetchedAudio } from './recording.ts';
import { localDay } from './when.ts';

export interface MailInput {
  /** Sender, `voicemail@example.com` or `Voicemail <voicemail@example.com>`. */
  from: string;
  deliveryId: string;
  delivery: Pick<PlannedDelivery, 'facts' | 'caller' | 'plannedAt'> & { notice: MessageNotice };
  enclosure: Enclosure;
  /** The recording, when it is attached. */
  audio: FetchedAudio | null;
  /** How it is written, and what only the sender knows. */
  words?: Words;
}

export type Words = Pick<LetterInput, 'kind' | 'templates' | 'details'>;

const domainOf = (from: string): string => /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'localhost';

/** Always the same for a delivery: a mail that was sent twice can be recognised. */
export const messageIdOf = (deliveryId: string, from: string): string => `<${deliveryId}@${domainOf(from)}>`;

const nobody = { callerNumber: null, callerName: null, calledNumber: null };

const endings: Readonly<Record<string, string>> = audioEndings;

const fileName = (name: string, contentType: string): string => `${name}.${endings[contentType] ?? 'bin'}`;

/** The recording as it is attached, else as it is stored. */
const fileOf = (name: string, { recording }: MessageNotice, audio: MailInput['audio']) => {
  if (recording === null) return null;
  const contentType = audio?.contentType ?? recording.contentType;
  return { name: fileName(name, contentType), contentType, bytes: audio?.bytes ?? recording.bytes };
};

/** The whole e-mail as nodemailer takes it; `problem` is the letter's. */
export const composeMail = ({ from, deliveryId, delivery, enclosure, audio, words }: MailInput) => {
  const { facts, notice } = delivery;
  const { mailbox, reader, receivedAt, urgent, confidential } = notice;
  const name = `${mailbox.number}-${localDay(receivedAt, reader.timezone)}`;
  const file = fileOf(name, notice, audio);
  const details = { ...words?.details, file };
  const letter = writeLetter({ ...words, notice, caller: delivery.caller ?? nobody, enclosure, details });
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
    attachments: audio === null ? [] : [{ filename: fileName(name, audio.contentType), ...audio }],
    disableFileAccess: true,
    disableUrlAccess: true,
  } satisfies SendMailOptions;
};
