import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { type Grant, signGrant } from '@aftertone/platform';
import { mediaRefusal, mediaUnavailable } from './media-refusal.ts';
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

interface Exchange {
  method: 'PUT' | 'GET' | 'HEAD';
  target: MediaTarget;
  grant: Pick<Grant, 'verb' | 'maxSeconds'>;
  headers: OutgoingHttpHeaders;
  search?: string;
  body?: Readable;
  signal?: AbortSignal;
}

/** A grant is used at once; a minute forgives clocks that differ. */
const grantMs = 60_000;

/** Audio bytes to and from media-svc, as streams. */
export class MediaClient {
  private readonly options: MediaClientOptions;

  constructor(options: MediaClientOptions) {
    this.options = options;
  }

  /**
   * Stores `audio` while it arrives. Aborting leaves nothing behind.
   *
   * Throws media-svc's refusal under its code, or `service-unavailable`.
   */
  async store(target: UploadTarget, audio: Readable, signal: AbortSignal): Promise<StoredAudio> {
    const { maxSeconds } = target;
    const grant = { verb: 'put' as const, ...(maxSeconds === null ? {} : { maxSeconds }) };
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await this.exchange({ method: 'PUT', target, grant, headers, body: audio, signal });
    try {
      if ((response.statusCode ?? 500) >= 300) throw await mediaRefusal(response);
      return storedAudio.parse(await json(response));
    } finally {
      response.destroy();
    }
  }

  /** The answer to a GET or HEAD; throws media-svc's refusal, but gives 304 and 416 as they are. */
  async open(
    method: 'GET' | 'HEAD',
    target: MediaTarget,
    headers: OutgoingHttpHeaders,
    download: string | undefined,
  ): Promise<IncomingMessage> {
    const search = download === undefined ? '' : `?download=${encodeURIComponent(download)}`;
    const response = await this.exchange({ method, target, grant: { verb: 'get' }, headers, search });
    const status = response.statusCode ?? 500;
    if (status < 400 || status === 416) return response;
    throw await mediaRefusal(response);
  }

  private exchange({ method, target, grant, headers, search = '', body, signal }: Exchange): Promise<IncomingMessage> {
    const { url, secret, timeoutMs } = this.options;
    const { tenantId, mediaId, correlationId } = target;
    const token = signGrant({ tenantId, mediaId, expiresAt: Date.now() + grantMs, ...grant }, secret);
    const address = new URL(`media/${mediaId}${search}`, url.endsWith('/') ? url : `${url}/`);
    return new Promise((resolve, reject) => {
      const request = (address.protocol === 'https:' ? https : http).request(address, {
        method,
        headers: { ...headers, authorization: `Grant ${token}`, 'x-correlation-id': correlationId },
        // A kept connection may end just when an upload begins on it, and an upload cannot be repeated.
        agent: false,
        ...(signal === undefined ? {} : { signal }),
      });
      request.setTimeout(timeoutMs, () => {
        // While there is nothing to send, it is the sender who is slow.
        const waitsForSender = body !== undefined && !body.readableEnded && body.readableLength === 0;
        if (!waitsForSender) request.destroy(new Error('media-svc is too slow'));
      });
      request.once('response', (response) => {
        body?.unpipe(request); // a refusal comes before the end of what is refused
        resolve(response);
      });
      request.on('error', (error) => reject(mediaUnavailable(error)));
      if (body === undefined) request.end();
      else body.pipe(request);
    });
  }
}
