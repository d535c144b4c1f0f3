import type { SendMailOptions } from 'nodemailer';
import { cleanDetail } from '../masking/clean-detail.ts';
import type { SendOutcome } from '../sending/channel.ts';
import type { Mailer } from './mailer.ts';
import { smtpFailure } from './smtp-failure.ts';

/** A mail ready to go; `problem` says what is not as its tenant wanted it. */
export type ComposedMail = SendMailOptions & { messageId: string; problem?: string };

/** The code that begins an SMTP answer. */
const statusOf = (answer: string): number | null => {
  const [, code] = /^([2-5]\d\d)\b/.exec(answer) ?? [];
  return code === undefined ? null : Number(code);
};

/**
 * Composes a mail and hands it to the server.
 *
 * @param secrets texts that the server's answer may quote and nobody may be told
 * @param isFinal whether a refusal for good is one, by its detail; default: it is
 */
export const handOver = async (
  mailer: Pick<Mailer, 'send'>,
  compose: () => Promise<ComposedMail>,
  { secrets = [], signal, isFinal = () => true }: HandOverOptions,
): Promise<SendOutcome> => {
  const told = (detail: string): string => cleanDetail(detail, secrets);
  try {
    const { problem, ...mail } = await compose();
    const answer = await mailer.send({ ...mail, signal });
    const detail = problem === undefined ? answer : `${answer} (${problem})`;
    return { outcome: 'delivered', detail: told(detail), status: statusOf(answer) };
  } catch (error) {
    const { permanent, detail } = smtpFailure(error);
    const outcome = permanent && isFinal(detail) ? 'refused' : 'failed';
    return { outcome, detail: told(detail), status: statusOf(detail) };
  }
};

export interface HandOverOptions {
  secrets?: ReadonlyArray<string | null>;
  signal: AbortSignal;
  isFinal?(detail: string): boolean;
}
