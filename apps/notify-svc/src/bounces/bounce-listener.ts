import { once } from 'node:events';
import { bounceBytes } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { BounceDesk } from './bounce-desk.ts';
import type { ReturnPath } from './return-path.ts';

export interface BounceListenerOptions {
  desk: BounceDesk;
  returnPath: ReturnPath;
  host: string;
  port: number;
  /** Mails that are larger are refused. */
  maxBytes: number;
  log: Log;
}

/** Mail servers come with a mail at a time. */
const maxClients = 50;
const idleMs = 60_000;

const replyWith = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

const beginningOf = async (stream: SMTPServerDataStream): Promise<Buffer> => {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (bytes < bounceBytes) kept.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(kept);
};

const addressesOf = ({ envelope }: SMTPServerSession): string[] => envelope.rcptTo.map(({ address }) => address);

/** A mail server that takes nothing but what comes back to addresses that we have signed. */
export const startBounceListener = async (options: BounceListenerOptions) => {
  const { desk, returnPath, host, port, maxBytes, log } = options;
  const take = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> => {
    const mail = await beginningOf(stream);
    if (stream.sizeExceeded) throw replyWith(552, `a mail has ${maxBytes} bytes at most`);
    return await desk.take({ mail, recipients: addressesOf(session) });
  };
  /** What helps later is told as such: the other server keeps the mail and comes again. */
  const refusal = (error: unknown): Error => {
    if (error instanceof Error && 'responseCode' in error) return error;
    if (error instanceof DomainError && error.kind === 'rejected') return replyWith(554, error.message);
    log.warn({ err: error }, 'a returned mail could not be taken; it will come again');
    return replyWith(451, 'not now, try again later');
  };
  const server = new SMTPServer({
    banner: 'returned mails only',
    size: maxBytes,
    disableReverseLookup: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    maxClients,
    socketTimeout: idleMs,
    closeTimeout: 1_000,
    onRcptTo: ({ address }, _session, answer) => {
      const known = returnPath.deliveriesIn(address).length > 0;
      answer(known ? null : replyWith(550, 'there is no such address'));
    },
    onData: (stream, session, answer) => {
      take(stream, session).then(
        (outcome) => answer(null, outcome),
        (error: unknown) => answer(refusal(error)),
      );
    },
  });
  server.on('error', (error) => log.warn({ err: error }, 'a connection of a returned mail broke'));
  server.listen(port, host);
  await once(server.server, 'listening');
  return { close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
};
