import type { SendOver } from '../sending/channel.ts';
import { type EnclosurePolicy, encloseRecording, tooLargeCode } from './enclosure.ts';
import { composeMail } from './mail.ts';
import type { Mailer } from './mailer.ts';
import { cleanDetail, smtpFailure } from './smtp-failure.ts';
import type { WordsFor } from './words-for.ts';

export interface EmailParts {
  mailer: Pick<Mailer, 'send'>;
  /** Sender, `voicemail@example.com` or `Voicemail <voicemail@example.com>`. */
  from: string;
  enclosures: EnclosurePolicy;
  wordsFor: WordsFor;
}

/** Sends a notification as an e-mail. */
export const sendEmail =
  ({ mailer, from, enclosures, wordsFor }: EmailParts): SendOver =>
  async (sending, signal) => {
    const { deliveryId, delivery } = sending;
    const { callerName, callerNumber } = delivery.caller ?? {};
    const told = (detail: string): string => cleanDetail(detail, [callerName ?? null, callerNumber ?? null]);
    const { notice } = delivery;
    if (notice.kind !== 'message') throw new Error(`an e-mail says nothing of a ${notice.kind}`);
    let attached = false;
    try {
      const words = await wordsFor(sending, notice);
      const enclosed = await encloseRecording(enclosures, sending, signal);
      attached = enclosed.audio !== null;
      const composed = composeMail({ from, deliveryId, delivery: { ...delivery, notice }, ...enclosed, words });
      const { problem, ...mail } = composed;
      const answer = await mailer.send({ ...mail, signal });
      return { outcome: 'delivered', detail: told(problem === undefined ? answer : `${answer} (${problem})`) };
    } catch (error) {
      const { permanent, detail } = smtpFailure(error);
      const goesWithout = attached && detail.startsWith(tooLargeCode);
      return { outcome: permanent && !goesWithout ? 'refused' : 'failed', detail: told(detail) };
    }
  };
