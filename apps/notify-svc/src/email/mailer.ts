import { createTransport, type SendMailOptions } from 'nodemailer';
import { isAnswer, UnansweredMail } from './unanswered-mail.ts';

export interface MailerOptions {
  /** `smtp://user:password@host:port`; `smtps://` for TLS from the start. */
  url: string;
  /** Open connections at most: as many mails as are sent at once. */
  maxConnections: number;
  /** How long the server may take for the connection, its greeting and each answer. */
  timeoutMs: number;
}

/** Mails under way are told apart by their Message-ID. */
type IdentifiedMail = SendMailOptions & { messageId: string };

/** Connections that lie idle longer are closed by us: a server that closed one in between would cost an attempt. */
const idleMs = 10_000;

/** Hands mails to the SMTP server over a few connections that stay open for a while. */
export const openMailer = ({ url, maxConnections, timeoutMs }: MailerOptions) => {
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
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // nodemailer's errors do not tell whether a connection was lost before the end of the data or after it.
  const handedOver = new Set<string>();
  transport.use('stream', ({ data, message }, done) => {
    message.processFunc((content) => content.once('end', () => handedOver.add(data.messageId ?? '')));
    done();
  });
  return {
    /**
     * Resolves with the server's answer once it has accepted the mail. Rejects with nodemailer's error, or with an
     * `UnansweredMail` around it when the server was given the whole mail and did not answer.
     */
    send: async (mail: IdentifiedMail): Promise<string> => {
      try {
        return (await transport.sendMail(mail)).response;
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
