import { emailAddress } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';
import type { SendMailOptions } from 'nodemailer';
import { messageIdOf } from '../email/mail.ts';

/**
 * How a gateway takes a page by e-mail. In `to` and `subject`, `{number}` stands for the number as it is kept
 * (`+4930123456`) and `{digits}` for its digits alone.
 */
export interface FaxGateway {
  /** `{number}@fax.example.com` */
  to: string;
  /** Some gateways want a password, a number or a code there. */
  subject: string;
  /** The sender whom the gateway knows; null: as all our e-mails. */
  from: string | null;
}

export interface FaxMailInput {
  gateway: FaxGateway;
  /** Sender of all our e-mails. */
  from: string;
  deliveryId: string;
  plannedAt: string;
  /** Digits, `+` in front or not. */
  number: string;
  pdf: Buffer;
}

const filled = (pattern: string, number: string): string =>
  pattern.replaceAll('{number}', number).replaceAll('{digits}', number.replace('+', ''));

/**
 * The e-mail to an e-mail-to-fax gateway as nodemailer takes it.
 * @throws DomainError `fax-address-invalid` when gateway and number make no e-mail address.
 */
export const composeFaxMail = ({ gateway, from: ours, deliveryId, plannedAt, number, pdf }: FaxMailInput) => {
  const from = gateway.from ?? ours;
  const address = emailAddress.safeParse(filled(gateway.to, number));
  if (!address.success) {
    throw invalid(
      'fax-address-invalid',
      `${filled(gateway.to, number)} is no address: change the fax gateway's \`to\`.`,
    );
  }
  const subject = filled(gateway.subject, number);
  return {
    from,
    // As an object: a text would be parsed, and could name more recipients than one.
    to: { name: '', address: address.data },
    subject,
    // Gateways expect a body; those that print it print this one line.
    text: `${subject}\n`,
    messageId: messageIdOf(deliveryId, from),
    date: new Date(plannedAt),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    attachments: [{ filename: 'fax.pdf', content: pdf, contentType: 'application/pdf' }],
    disableFileAccess: true,
    disableUrlAccess: true,
  } satisfies SendMailOptions;
};
