import http, {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { AudioFormat } from '@aftertone/contracts';
import { type Grant, grantExpiry, signGrant } from '@aftertone/platform';
import type { RawBody } from '../../http/stream-answer.ts';
import { HeldAudio } from './held-audio.ts';
import { mediaRefusal, mediaUnavailable } from './media-refusal.ts';
import { Relays } from './relays.ts';
import { type StoredAudio, storedAudio } from './stored-audio.ts';

export interface MediaClientOptions {
  /** Address of media-svc. */
  url: string;
  /** Signs the grants. */
  secret: string;
  /** media-svc is given up when nothing moves for so long. */
  timeoutMs: number;
}

/** One recording of one tenant, and the request on whose behalf it is asked for. */
export interface MediaTarget {
  tenantId: string;
  mediaId: string;
  correlationId: string;
}

export interface UploadTarget extends MediaTarget {
  /** Longest recording; null is no limit. */
  maxSeconds: number | null;
}

/** How a recording is wanted. */
export interface AskedAudio {
  /** As it is stored unless told. */
  format?: AudioFormat;
  /** As loud as others; undefined: as the installation has it. */
  normalize?: boolean | undefined;
  /** File name under which a browser shall save it. */
  download?: string | undefined;
}

/** What media-svc answers to who asks for audio. */
export interface AudioAnswer {
  status: number;
  headers: Readonly<IncomingHttpHeaders>;
  body: Readable | RawBody;
}

interface Exchange {
  method: 'PUT' | 'GET' | 'HEAD';
  target: MediaTarget;
  grant: Pick<Grant, 'verb' | 'maxSeconds'>;
  headers: OutgoingHttpHeaders;
  search?: string;
  /** Pieces: the whole of it. */
  body?: Readable | readonly Buffer[];
  signal?: AbortSignal;
}

/** A kept connection was not there any more. */
class StaleConnection extends Error {
  constructor(cause: unknown) {
    super('the connection had ended', { cause });
  }
}

const isStream = (body: Exchange['body']): body is Readable => body !== undefined && 'pipe' in body;

/** All at once, without a copy of it. */
const sendWhole = (request: ClientRequest, pieces: readonly Buffer[]): void => {
  request.cork();
  for (const piece of pieces) request.write(piece);
  request.end();
  request.uncork();
};

const lengthOf = (pieces: readonly Buffer[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** After so many requests over kept connections one ends its own, so that replicas of media-svc that are new get their share. */
const requestsPerConnection = 500;

/** Whether a request failed since its kept connection had ended meanwhile: then another one may do it. */
const wasStale = (request: ClientRequest, error: unknown): boolean =>
  request.reusedSocket &&
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ECONNRESET' || error.code === 'EPIPE');

/** Audio bytes to and from media-svc. */
export class MediaClient {
  private readonly options: MediaClientOptions;
  private readonly base: URL;
  private readonly held = new HeldAudio();
  private readonly kept: http.Agent;
  private readonly relays: Relays | null;
  private requests = 0;

  constructor(options: MediaClientOptions) {
    const { url, timeoutMs } = options;
    this.options = options;
    this.base = new URL(url.endsWith('/') ? url : `${url}/`);
    const { protocol, port } = this.base;
    const host = bareHost(this.base);
    this.relays = protocol === 'http:' ? new Relays({ host, port: Number(port || 80), timeoutMs }) : null;
    this.kept = new (this.base.protocol === 'https:' ? https : http).Agent({ keepAlive: true, maxFreeSockets: 64 });
  }

  /**
   * Stores `audio`. What is short goes as a whole, over a kept connection and once more over a new one where that has
   * ended; anything else goes while it arrives, over a connection of its own: a kept one may end just when an upload begins
   * on it, and a stream cannot be repeated. Aborting leaves nothing behind.
   *
   * Throws media-svc's refusal under its code, or `service-unavailable`.
   *
   * @param size bytes of the audio at most; undefined when nobody knows
   */
  async store(target: UploadTarget, audio: Readable, signal: AbortSignal, size?: number): Promise<StoredAudio> {
    const { maxSeconds } = target;
    const grant = { verb: 'put' as const, ...(maxSeconds === null ? {} : { maxSeconds }) };
    const headers = { 'content-type': 'application/octet-stream' };
    const put = { method: 'PUT', target, grant, headers, signal } as const;
    const whole = this.held.within({ audio, size, signal }, async (body) =>
      this.stored(await this.keptExchange({ ...put, body })),
    );
    return whole ?? this.stored(await this.exchange({ ...put, body: audio }, false));
  }

  /** The answer to a GET or HEAD; throws media-svc's refusal, but gives 304 and 416 as they are. */
  async open(
    method: 'GET' | 'HEAD',
    target: MediaTarget,
    headers: Readonly<Record<string, string>>,
    { format = 'original', normalize, download }: AskedAudio,
  ): Promise<AudioAnswer> {
    const asked = new URLSearchParams({
      ...(format !== 'original' && { format }),
      ...(normalize !== undefined && { normalize: String(normalize) }),
      ...(download !== undefined && { download }),
    });
    const search = asked.size === 0 ? '' : `?${asked}`;
    const grant = { verb: 'get' } as const;
    if (method === 'GET' && this.relays !== null) {
      const sent = { host: this.base.host, ...headers, ...this.ownHeaders(target, grant) };
      const relayed = await this.relays.get(this.pathOf(target, search), sent);
      if (relayed !== null) return relayed;
    }
    const response = await this.keptExchange({ method, target, grant, headers, search });
    const status = response.statusCode ?? 500;
    if (status < 400 || status === 416) return { status, headers: response.headers, body: response };
    throw await mediaRefusal(response);
  }

  /** Ends the connections that are kept. */
  close(): void {
    this.kept.destroy();
    this.relays?.close();
  }

  private pathOf({ mediaId }: MediaTarget, search: string): string {
    return `${this.base.pathname}media/${mediaId}${search}`;
  }

  private ownHeaders({ tenantId, mediaId, correlationId }: MediaTarget, grant: Exchange['grant']) {
    const token = signGrant({ tenantId, mediaId, expiresAt: grantExpiry(), ...grant }, this.options.secret);
    return { authorization: `Grant ${token}`, 'x-correlation-id': correlationId };
  }

  private async stored(response: IncomingMessage): Promise<StoredAudio> {
    try {
      if ((response.statusCode ?? 500) >= 300) throw await mediaRefusal(response);
      return storedAudio.parse(await json(response));
    } finally {
      // What was read to its end leaves its connection to the next request.
      if (!response.complete) response.destroy();
    }
  }

  /** What can be repeated: the same, asked twice of media-svc, is done once. */
  private async keptExchange(exchange: Exchange): Promise<IncomingMessage> {
    try {
      return await this.exchange(exchange, this.kept);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      return this.exchange(exchange, false);
    }
  }

  private exchange(exchange: Exchange, agent: http.Agent | false): Promise<IncomingMessage> {
    const { method, target, grant, headers, search = '', body, signal } = exchange;
    const { timeoutMs } = this.options;
    this.requests += 1;
    return new Promise((resolve, reject) => {
      const request = (this.base.protocol === 'https:' ? https : http).request({
        protocol: this.base.protocol,
        hostname: bareHost(this.base),
        port: this.base.port,
        path: this.pathOf(target, search),
        method,
        headers: {
          ...headers,
          ...this.ownHeaders(target, grant),
          ...(body === undefined || isStream(body) ? {} : { 'content-length': lengthOf(body) }),
          ...(this.requests % requestsPerConnection === 0 ? { connection: 'close' } : {}),
        },
        agent,
        ...(signal === undefined ? {} : { signal }),
      });
      request.setTimeout(timeoutMs, () => {
        // While there is nothing to send, it is the sender who is slow.
        const waitsForSender = isStream(body) && !body.readableEnded && body.readableLength === 0;
        if (!waitsForSender) request.destroy(new Error('media-svc is too slow'));
      });
      request.once('response', (response) => {
        if (isStream(body)) body.unpipe(request); // a refusal comes before the end of what is refused
        resolve(response);
      });
      request.on('error', (error) =>
        reject(wasStale(request, error) ? new StaleConnection(error) : mediaUnavailable(error)),
      );
      if (isStream(body)) body.pipe(request);
      else sendWhole(request, body ?? []);
    });
  }
}
