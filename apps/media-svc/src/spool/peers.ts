import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { DomainError, unavailable } from '@aftertone/kernel';
import { signGrant } from '@aftertone/platform';
import type { BlobKey, ByteRange } from '../blobs/blob-store.ts';

const grantMs = 60_000;

const retryAfterSeconds = 5;

export const replicaUnavailable = (cause?: unknown): DomainError =>
  unavailable(
    'replica-unavailable',
    'The replica that holds this recording does not answer; the recording is there as soon as it does.',
    { retryAfterSeconds },
    cause,
  );

/** Reads what lies in the spools of other replicas. */
export class Peers {
  private readonly secret: string;
  private readonly timeoutMs: number;

  /** @param timeoutMs a replica of which nothing comes for so long is given up */
  constructor(secret: string, timeoutMs: number) {
    this.secret = secret;
    this.timeoutMs = timeoutMs;
  }

  /**
   * The bytes of a recording in the spool of the replica at `url`; null when it is not there any more.
   * @throws DomainError `replica-unavailable`
   */
  open(url: string, key: BlobKey, range?: ByteRange): Promise<Readable | null> {
    const { tenantId, mediaId, sha256 } = key;
    const address = new URL(`/media/${mediaId}/spooled`, url);
    address.searchParams.set('sha256', sha256);
    if (range !== undefined) {
      address.searchParams.set('start', String(range.start));
      address.searchParams.set('end', String(range.end));
    }
    const grant = signGrant({ tenantId, mediaId, verb: 'get', expiresAt: Date.now() + grantMs }, this.secret);
    return new Promise((resolve, reject) => {
      const request = (address.protocol === 'https:' ? https : http).get(address, {
        headers: { authorization: `Grant ${grant}` },
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
}
