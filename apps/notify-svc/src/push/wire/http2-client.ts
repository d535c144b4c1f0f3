import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import { getCACertificates } from 'node:tls';
import { firstOf } from '../../http-out/answer-body.ts';

export interface Http2ClientOptions {
  /** For one request, connecting included. */
  timeoutMs: number;
  /** PEM of a certificate to trust besides the system's. */
  extraCa?: string;
}

export interface Http2Request {
  /** `https://host:port` of the service. */
  origin: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Http2Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The first 4 kB. */
  body: string;
}

/** A connection that nothing was sent over for so long is closed. */
const idleMs = 10 * 60_000;

const answerOf = (stream: ClientHttp2Stream): Promise<IncomingHttpHeaders & { ':status'?: number }> =>
  new Promise((resolve, reject) => {
    stream.once('response', resolve);
    stream.on('error', reject);
    stream.once('close', () => reject(new Error('the connection was broken')));
  });

/** Posts over one HTTP/2 connection for each service, which stays open. For services of our own choice only. */
export const openHttp2Client = ({ timeoutMs, extraCa }: Http2ClientOptions) => {
  /** To be used for the next request. */
  const sessions = new Map<string, ClientHttp2Session>();
  const open = new Set<ClientHttp2Session>();
  const ca = extraCa === undefined ? {} : { ca: [...getCACertificates('default'), extraCa] };

  const leave = (origin: string, session: ClientHttp2Session): void => {
    if (sessions.get(origin) === session) sessions.delete(origin);
  };
  const sessionWith = (origin: string): ClientHttp2Session => {
    const kept = sessions.get(origin);
    if (kept !== undefined && !kept.closed && !kept.destroyed) return kept;
    const session = connect(origin, ca);
    sessions.set(origin, session);
    open.add(session);
    // Its requests are told by their streams.
    session.on('error', () => leave(origin, session));
    session.once('goaway', () => leave(origin, session));
    session.once('close', () => {
      leave(origin, session);
      open.delete(session);
    });
    session.setTimeout(idleMs, () => session.close());
    return session;
  };
  /** One that does not answer may be dead without anybody having noticed; the next request takes a new one. */
  const distrust = (origin: string, session: ClientHttp2Session): void => {
    leave(origin, session);
    if (session.connecting) session.destroy();
    else session.close();
  };

  return {
    /** Rejects with the error of network or protocol, or one that says that time or `signal` ended it. */
    post: async ({ origin, path, headers, body }: Http2Request, signal: AbortSignal): Promise<Http2Answer> => {
      const session = sessionWith(origin);
      const timeout = AbortSignal.timeout(timeoutMs);
      const ended = AbortSignal.any([signal, timeout]);
      try {
        const stream = session.request({ ...headers, ':method': 'POST', ':path': path }, { signal: ended });
        const answered = answerOf(stream);
        stream.end(body);
        const { ':status': status = 0, ...rest } = await answered;
        return { status, headers: rest, body: await firstOf(stream) };
      } catch (error) {
        if (signal.aborted) throw new Error('given up');
        if (!timeout.aborted) throw error;
        distrust(origin, session);
        throw new Error(`not done in ${timeoutMs} ms`);
      }
    },
    /** Ends all connections, also those that wait for an answer. */
    close: (): void => {
      for (const session of open) session.destroy();
    },
  };
};

export type Http2Client = ReturnType<typeof openHttp2Client>;
