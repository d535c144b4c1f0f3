import type { MessageNotice, SystemNotice } from '../deliveries/delivery.ts';
import type { Sending, SendOutcome, SendOver } from '../sending/channel.ts';
import { type EnclosurePolicy, encloseKeptElsewhere, encloseRecording, tooLargeCode } from './enclosure.ts';
import { handOver } from './hand-over.ts';
import type { Enclosure } from './letter.ts';
import { composeMail } from './mail.ts';
import type { Mailer } from './mailer.ts';
import { composeSystemMail } from './system-mail.ts';
import type { SystemWordsFor, WordsFor } from './words-for.ts';

export interface EmailParts {
  mailer: Pick<Mailer, 'send'>;
  /** Sender, `voicemail@example.com` or `Voicemail <voicemail@example.com>`. */
  from: string;
  enclosures: EnclosurePolicy;
  wordsFor: WordsFor;
  systemWordsFor: SystemWordsFor;
}

/** A function, since it is set while the mail is composed. */
const leftOutIn = (enclosure: Enclosure): Pick<SendOutcome, 'withoutRecording'> =>
  enclosure === 'too-large' || enclosure === 'not-available' ? { withoutRecording: enclosure } : {};

const sendAboutMessage = async (
  { mailer, from, enclosures, wordsFor }: EmailParts,
  sending: Sending,
  notice: MessageNotice,
  signal: AbortSignal,
): Promise<SendOutcome> => {
  const { deliveryId, delivery } = sending;
  const isKeptElsewhere = delivery.facts.channel === 'external';
  const enclose = isKeptElsewhere ? encloseKeptElsewhere : encloseRecording;
  let enclosure: Enclosure = 'not-wanted';
  const compose = async () => {
    const words = await wordsFor(sending, notice);
    const enclosed = await enclose(enclosures, sending, signal);
    enclosure = enclosed.enclosure;
    return composeMail({ from, deliveryId, delivery: { ...delivery, notice }, ...enclosed, words });
  };
  const { callerName = null, callerNumber = null } = delivery.caller ?? {};
  // What is too large is tried again without the recording, unless nothing else has it.
  const isFinal = (detail: string): boolean =>
    isKeptElsewhere || !(enclosure === 'attached' && detail.startsWith(tooLargeCode));
  const outcome = await handOver(mailer, compose, { secrets: [callerName, callerNumber], signal, isFinal });
  return { ...outcome, ...leftOutIn(enclosure) };
};

const sendAboutUs = (
  { mailer, from, systemWordsFor }: EmailParts,
  sending: Sending,
  notice: SystemNotice,
  signal: AbortSignal,
): Promise<SendOutcome> => {
  const { deliveryId, delivery } = sending;
  const compose = async () => {
    const words = await systemWordsFor(sending, notice);
    return composeSystemMail({ from, deliveryId, delivery: { ...delivery, notice }, ...words });
  };
  return handOver(mailer, compose, { signal });
};

/** Sends a notification as an e-mail. */
export const sendEmail =
  (parts: EmailParts): SendOver =>
  async (sending, signal) => {
    const { notice } = sending.delivery;
    if (notice.kind === 'message') return sendAboutMessage(parts, sending, notice, signal);
    if (notice.kind === 'system') return sendAboutUs(parts, sending, notice, signal);
    throw new Error(`an e-mail says nothing of ${notice.kind}`);
  };
