import { createTransport, type SendMailOptions } from 'nodemailer';

export interface MailerOptions {
  /** `smtp://user:password@host:port`; `smtps://` for TLS from the start. */
  url: string;
  /** Open connections at most: as many mails as are sent at once. */
  maxConnections: number;
  /** How long the server may take for the connection, its greeting and each answer. */
  timeoutMs: number;
}

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
  return {
    /** Resolves with the server's answer once it has accepted the mail; rejects with nodemailer's error. */
    send: async (mail: SendMailOptions): Promise<string> => (await transport.sendMail(mail)).response,
    /** Ends all connections, also those that are sending. */
    close: (): void => transport.close({ force: true }),
  };
};

export type Mailer = ReturnType<typeof openMailer>;
