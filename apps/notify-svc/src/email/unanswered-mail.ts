import type { NodemailerError } from 'nodemailer';

/** The server was given a whole mail and did not say what it did with it; `cause` is nodemailer's error. */
export class UnansweredMail extends Error {
  constructor(cause: unknown) {
    super('the server did not answer the mail', { cause });
    this.name = 'UnansweredMail';
  }
}

/** Whether nodemailer's error comes from an answer of the server: then the mail was not accepted. */
export const isAnswer = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { response }: NodemailerError = error;
  return response !== undefined;
};
