import { once } from 'node:events';
import type { Socket } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** A message as the server was given it. */
export interface ReceivedMail {
  /** Sender and recipients of the envelope, which need not be those of the headers. */
  from: string;
  to: string[];
  raw: Buffer;
  /** Whether the client was told that it is taken. */
  accepted: boolean;
  /** The same, taken apart: subject, text, html, attachments. */
  mail: Email;
}

/**
 * What the server does with the messages that follow.
 * - `accept`: takes them.
 * - `refuse`: answers `code` (5xx for ever, 4xx for now) to the recipient or after the data.
 * - `hang`: takes the data and never answers; `keeps` tells whether the message is kept all the same.
 * - `drop`: breaks the connection after the data, without (`keeps` false) or with the message kept: the sender cannot tell.
 */
export type SmtpBehaviour =
  | { kind: 'accept' }
  | { kind: 'refuse'; code: number; text?: string; at?: 'recipient' | 'data' }
  | { kind: 'hang'; keeps?: boolean }
  | { kind: 'drop'; keeps: boolean };

export interface SmtpOptions {
  port?: number;
  behaviour?: SmtpBehaviour;
  /** When given, clients must log in with it. */
  login?: { user: string; password: string };
}

export interface TestSmtp {
  /** `smtp://127.0.0.1:<port>`, with the login in it when there is one. */
  url: string;
  /** Kept messages, oldest first. */
  messages: ReceivedMail[];
  /** How many times a client has sent the data of a message, kept or not. */
  readonly attempts: number;
  /** From now on, for everybody or for the mails to one recipient only; what is said of a recipient stays. */
  behave(next: SmtpBehaviour, recipient?: string): void;
  close(): Promise<void>;
}

/** A real SMTP server whose answers the test decides. */
export async function startSmtp(options: SmtpOptions = {}): Promise<TestSmtp> {
  const { login } = options;
  let behaviour: SmtpBehaviour = options.behaviour ?? { kind: 'accept' };
  const behaviours = new Map<string, SmtpBehaviour>();
  const behaviourFor = (recipient: string | undefined): SmtpBehaviour => behaviours.get(recipient ?? '') ?? behaviour;
  let attempts = 0;
  const messages: ReceivedMail[] = [];
  const sockets = new Map<number, Socket>();
  let isClosing = false;
  const keep = async (session: SMTPServerSession, raw: Buffer, accepted: boolean): Promise<void> => {
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? '' : mailFrom.address;
    const mail = await PostalMime.parse(raw);
    // Closed meanwhile, it cannot say so any more.
    messages.push({ from, to: rcptTo.map(({ address }) => address), raw, accepted: accepted && !isClosing, mail });
  };
  const server = new SMTPServer({
    disableReverseLookup: true,
    disabledCommands: login === undefined ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: login === undefined,
    closeTimeout: 0,
    onAuth: ({ username, password }, _session, answer) => {
      const known = username === login?.user && password === login?.password;
      answer(known ? null : replyWith(535, 'wrong user or password'), { user: username });
    },
    onRcptTo: ({ address }, _session, answer) => {
      const now = behaviourFor(address);
      const refuses = now.kind === 'refuse' && now.at === 'recipient';
      answer(refuses ? refusal(now) : null);
    },
    onData: (stream, session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        attempts += 1;
        const now = behaviourFor(session.envelope.rcptTo[0]?.address);
        const keeps = now.kind === 'accept' || ((now.kind === 'drop' || now.kind === 'hang') && now.keeps);
        if (keeps) await keep(session, Buffer.concat(chunks), now.kind === 'accept');
        if (now.kind === 'accept') answer();
        else if (now.kind === 'refuse') answer(refusal(now));
        else if (now.kind === 'drop') sockets.get(session.remotePort)?.destroy();
      });
    },
  });
  // A connection that we or the client break is part of the test, not a fault of it.
  server.on('error', () => undefined);
  const listener = server.listen(options.port ?? 0, '127.0.0.1');
  listener.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.once('close', () => sockets.delete(port));
  });
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the SMTP server has no port');
  const url = new URL(`smtp://127.0.0.1:${address.port}`);
  if (login !== undefined) Object.assign(url, { username: login.user, password: login.password });
  return {
    url: url.href,
    messages,
    get attempts() {
      return attempts;
    },
    behave: (next, recipient) => {
      if (recipient === undefined) behaviour = next;
      else behaviours.set(recipient, next);
    },
    close: async () => {
      isClosing = true;
      for (const socket of sockets.values()) socket.destroy();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}

function refusal(behaviour: SmtpBehaviour): Error {
  return behaviour.kind === 'refuse'
    ? replyWith(behaviour.code, behaviour.text ?? 'refused')
    : new Error(behaviour.kind);
}

function replyWith(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
