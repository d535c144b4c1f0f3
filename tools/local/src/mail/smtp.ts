import { SMTPServer } from 'smtp-server';
import type { MailStore } from './store.ts';

const LARGEST_MESSAGE_BYTES = 50 * 1024 * 1024;

/** An SMTP server that takes every message for everybody and passes none on. It answers once the message is kept. */
export function smtpServer(store: MailStore): SMTPServer {
  const server = new SMTPServer({
    banner: 'Aftertone mail catcher',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST_MESSAGE_BYTES,
    closeTimeout: 0,
    onData: (stream, session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        if (stream.sizeExceeded) {
          answer(Object.assign(new Error('message too large'), { responseCode: 552 }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        store.add({ from, to }, Buffer.concat(chunks)).then(
          (id) => answer(null, `kept as ${id}`),
          (error: Error) => answer(error),
        );
      });
    },
  });
  server.on('error', (error: Error) => console.error(`smtp: ${error.message}`));
  return server;
}
