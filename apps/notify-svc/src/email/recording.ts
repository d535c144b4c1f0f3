import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { unavailable } from '@aftertone/kernel';
import { signGrant } from '@aftertone/platform';
import type { Recording } from '../deliveries/delivery.ts';

export interface RecordingSource {
  mediaUrl: string;
  grantSecret: string;
}

/** Code of a download that did not give the whole recording. */
export const incompleteCode = 'recording-incomplete';

/** How long a grant is good for: long enough to begin the download. */
const grantMs = 60_000;

/** Passes the bytes on and fails at their end unless they are exactly the recording: half of it is never mailed. */
const verified = ({ bytes, sha256 }: Recording): Transform => {
  const hash = createHash('sha256');
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      length += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      const whole = length === bytes && hash.digest('hex') === sha256;
      done(whole ? null : unavailable(incompleteCode, 'media-svc sent another recording than was stored'));
    },
  });
};

/**
 * The recording's bytes from media-svc, or null when it is there no more. Throws `recording-unavailable` when
 * media-svc does not answer; the stream fails when the download breaks off.
 */
export const fetchRecording = async (
  { mediaUrl, grantSecret }: RecordingSource,
  { tenantId, recording }: { tenantId: string; recording: Recording },
  signal: AbortSignal,
): Promise<Readable | null> => {
  const { mediaId } = recording;
  const grant = signGrant({ tenantId, mediaId, verb: 'get', expiresAt: Date.now() + grantMs }, grantSecret);
  const url = new URL(`media/${mediaId}`, mediaUrl.endsWith('/') ? mediaUrl : `${mediaUrl}/`);
  // In a header, where no access log writes it down.
  const headers = { authorization: `Grant ${grant}` };
  const answer = await fetch(url, { headers, signal }).catch((cause: unknown) => {
    throw unavailable('recording-unavailable', 'media-svc does not answer', {}, cause);
  });
  if (answer.status === 404 || answer.status === 410) {
    await answer.body?.cancel();
    return null;
  }
  if (!answer.ok || answer.body === null) {
    await answer.body?.cancel();
    throw unavailable('recording-unavailable', `media-svc answered ${answer.status}`);
  }
  const source = Readable.fromWeb(answer.body);
  const checked = verified(recording);
  source.on('error', (cause) => checked.destroy(unavailable(incompleteCode, 'the download broke off', {}, cause)));
  return source.pipe(checked);
};
