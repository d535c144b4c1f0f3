import { rootCertificates } from 'node:tls';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { SmtpSecurity } from './smtp-security.ts';
import { isAnswer, UnansweredMail } from './unanswered-mail.ts';

export interface MailerOptions {
  /** `smtp://user:password@host:port`; `smtps://` for TLS from the start. */
  url: string;
  /** Open connections at most: as many mails as are sent at once. */
  maxConnections: number;
  /** How long the server may take for the connection, its greeting and each answer. */
  timeoutMs: number;
  /** Default: STARTTLS where the server offers it. */
  security?: SmtpSecurity;
  /** Where a mail comes back to, from its Message-ID; null: to its sender. */
  returnPathOf?: (messageId: string) => string | null;
}

/** Mails under way are told apart by their Message-ID. */
type IdentifiedMail = SendMailOptions & { messageId: string };

/** Connections that lie idle longer are closed by us: a server that closed one in between would cost an attempt. */
const idleMs = 10_000;

const offered: SmtpSecurity = { tls: 'offered' };

/** Hands mails to the SMTP server over a few connections that stay open for a while. */
export const openMailer = ({ url, maxConnections, timeoutMs, security = offered, returnPathOf }: MailerOptions) => {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections,
    // The pool would send again by itself, unrecorded, what may have arrived.
    maxRequeues: 0,
    idleTimeout: idleMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    ignoreTLS: security.tls === 'none',
    requireTLS: security.tls === 'required',
    ...(security.ca !== undefined && { tls: { ca: [...rootCertificates, security.ca] } }),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // nodemailer's errors do not tell whether a connection was lost before the end of the data or after it.
  const handedOver = new Set<string>();
  transport.use('stream', ({ data, message }, done) => {
    message.processFunc((content) => content.once('end', () => handedOver.add(data.messageId ?? '')));
    done();
  });
  /** The envelope only: people see the sender. */
  const envelopeFor = ({ messageId, to }: IdentifiedMail): Pick<SendMailOptions, 'envelope'> => {
    const from = returnPathOf?.(messageId) ?? null;
    return from === null || to === undefined ? {} : { envelope: { from, to } };
  };
  return {
    /**
     * Resolves with the server's answer once it has accepted the mail. Rejects with nodemailer's error, or with an
     * `UnansweredMail` around it when the server was given the whole mail and did not answer.
     */
    send: async (mail: IdentifiedMail): Promise<string> => {
      try {
        return (await transport.sendMail({ ...mail, ...envelopeFor(mail) })).response;
      } catch (error) {
        throw handedOver.has(mail.messageId) && !isAnswer(error) ? new UnansweredMail(error) : error;
      } finally {
        handedOver.delete(mail.messageId);
      }
    },
    /** Ends all connections, also those that are sending. */
    close: (): void => transport.close({ force: true }),
  };
};

export type Mailer = ReturnType<typeof openMailer>;
