import type { NodemailerError } from 'nodemailer';
import { tlsAdvice } from './smtp-security.ts';
import { UnansweredMail } from './unanswered-mail.ts';
import { UnsendableMail } from './unsendable-mail.ts';

/** Why a mail was not accepted. */
export interface SmtpFailure {
  /** Trying again cannot help: the server refused this recipient or this mail for good. */
  permanent: boolean;
  /** The server's answer or the error, one line. */
  detail: string;
}

/** The step a refusal must belong to in order to be about this mail and not about us or the server's state. */
const aboutThisMail = new Set(['RCPT TO', 'DATA']);

/**
 * Reads nodemailer's error. A 5xx answer to the recipient or to the data is for good. One to log-in or sender says
 * that the installation is misconfigured: everything waits until that is mended.
 */
export const smtpFailure = (error: unknown): SmtpFailure => {
  if (error instanceof UnansweredMail) {
    return { permanent: false, detail: `${smtpFailure(error.cause).detail}; the mail may have arrived` };
  }
  if (error instanceof UnsendableMail) return { permanent: true, detail: error.message };
  if (!(error instanceof Error)) return { permanent: false, detail: String(error) };
  const { command, permanent, response, rejectedErrors, ...rest }: NodemailerError = error;
  const code = rest.originalCode ?? rest.code;
  const refusal = rejectedErrors?.[0];
  const step = (refusal?.command ?? command ?? '').toUpperCase();
  const final = refusal?.permanent ?? permanent ?? false;
  const answer = refusal?.response ?? response;
  const words = answer ?? (code ? `${code}: ${error.message}` : error.message);
  const advice = answer === undefined || step === 'STARTTLS' ? tlsAdvice(error.message) : null;
  const detail = advice === null ? words : `${words}: ${advice}`;
  return { permanent: final && aboutThisMail.has(step), detail };
};
