import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type DomainError, unavailable } from '@aftertone/kernel';
import { type GrantVerb, grantExpiry, signGrant } from '@aftertone/platform';
import { z } from 'zod';
import type { BlobContent, BlobKey, ByteRange } from '../blobs/blob-store.ts';

const retryAfterSeconds = 5;

export const replicaUnavailable = (cause?: unknown): DomainError =>
  unavailable(
    'replica-unavailable',
    'The replica that holds this recording does not answer; the recording is there as soon as it does.',
    { retryAfterSeconds },
    cause,
  );

const bytesPerMs = 10_000;

const kept = z.object({ replicaId: z.uuid() });

/** Reads what lies in the spools of other replicas, and has them keep copies. */
export class Peers {
  private readonly secret: string;
  private readonly timeoutMs: number;

  /** @param timeoutMs a replica of which nothing comes for so long is given up */
  constructor(secret: string, timeoutMs: number) {
    this.secret = secret;
    this.timeoutMs = timeoutMs;
  }

  /**
   * Resolves with the id of the replica at `url` when the copy that it was given would survive a power cut.
   * @throws DomainError `replica-unavailable`
   */
  async keep(url: string, key: BlobKey, { bytes, read }: BlobContent): Promise<string> {
    const options = {
      method: 'PUT',
      // A kept connection may just have ended.
      agent: false as const,
      headers: { authorization: this.grant(key, 'put'), 'content-length': bytes },
      signal: AbortSignal.timeout(this.timeoutMs + Math.ceil(bytes / bytesPerMs)),
    };
    try {
      const request = clientOf(url).request(this.addressOf(url, key), options);
      // Also when both that look at it are content: nobody else would take it.
      request.on('error', () => undefined);
      const answered = once(request, 'response') as Promise<[IncomingMessage]>;
      const sent = pipeline(read(), request);
      // The last byte is what it answers to, and closes behind: perhaps before we have seen that there comes none after it.
      const [response] = await Promise.race([answered, sent.then(() => answered)]);
      if (response.statusCode !== 201) {
        response.resume();
        throw new Error(`the replica answered ${response.statusCode}`);
      }
      return kept.parse(await json(response)).replicaId;
    } catch (error) {
      throw replicaUnavailable(error);
    }
  }

  /**
   * The bytes of a recording in the spool of the replica at `url`; null when it is not there any more.
   * @throws DomainError `replica-unavailable`
   */
  open(url: string, key: BlobKey, range?: ByteRange): Promise<Readable | null> {
    const address = this.addressOf(url, key);
    if (range !== undefined) {
      address.searchParams.set('start', String(range.start));
      address.searchParams.set('end', String(range.end));
    }
    return new Promise((resolve, reject) => {
      const request = clientOf(url).get(address, {
        headers: { authorization: this.grant(key, 'get') },
        timeout: this.timeoutMs,
      });
      request.once('timeout', () => request.destroy(new Error('the replica is silent')));
      request.once('error', (error) => reject(replicaUnavailable(error)));
      request.once('response', (response) => {
        // From now on it is the listener who may be slow.
        request.setTimeout(0);
        if (response.statusCode === 200) return resolve(response);
        response.resume();
        if (response.statusCode === 404) return resolve(null);
        return reject(replicaUnavailable(new Error(`the replica answered ${response.statusCode}`)));
      });
    });
  }

  private addressOf(url: string, { mediaId, sha256 }: BlobKey): URL {
    const address = new URL(`/media/${mediaId}/spooled`, url);
    address.searchParams.set('sha256', sha256);
    return address;
  }

  private grant({ tenantId, mediaId }: BlobKey, verb: GrantVerb): string {
    return `Grant ${signGrant({ tenantId, mediaId, verb, expiresAt: grantExpiry() }, this.secret)}`;
  }
}

const clientOf = (url: string): typeof http | typeof https => (url.startsWith('https:') ? https : http);
