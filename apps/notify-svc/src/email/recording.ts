import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import type { AudioFormat } from '@aftertone/contracts';
import { type DomainError, unavailable } from '@aftertone/kernel';
import { grantExpiry, signGrant } from '@aftertone/platform';
import type { Recording } from '../deliveries/delivery.ts';

export interface RecordingSource {
  mediaUrl: string;
  grantSecret: string;
}

/** Sound that is being downloaded; its stream fails at its end unless it was whole. */
export interface FetchedAudio {
  content: Readable;
  contentType: string;
  bytes: number;
}

/** Code of a download that did not give the whole recording. */
export const incompleteCode = 'recording-incomplete';
/** The same for a recording that media-svc converts. */
export const conversionBrokeCode = 'conversion-incomplete';

const gone = new Set([404, 410]);
/** media-svc's answer for a recording that it cannot convert. */
const unreadable = 422;

/** What must be true of the bytes at their end: half a recording is never mailed. */
interface Proof {
  bytes: number;
  /** Hex; null where nobody knows it before. */
  sha256: string | null;
  failure: (why: string, cause?: unknown) => DomainError;
}

/** Passes the bytes on and fails at their end unless they are what was promised. */
const verified = ({ bytes, sha256, failure }: Proof): Transform => {
  const hash = createHash('sha256');
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      length += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      const whole = length === bytes && (sha256 === null || hash.digest('hex') === sha256);
      done(whole ? null : failure('media-svc sent something else than it promised'));
    },
  });
};

const failing =
  (code: string): Proof['failure'] =>
  (why, cause) =>
    unavailable(code, why, {}, cause);

/** Converted sound is known by its length, which media-svc tells before; stored sound by its hash. */
const proofFor = ({ headers }: Response, { bytes, sha256 }: Recording): Proof => {
  // What was made of it, just now or earlier, has a tag of its own, which begins with the recording's.
  const isConverted = headers.get('etag')?.startsWith(`"${sha256}.`) === true;
  if (!isConverted) return { bytes, sha256, failure: failing(incompleteCode) };
  const promised = Number(headers.get('content-length') ?? Number.NaN);
  if (!Number.isInteger(promised)) throw unavailable(conversionBrokeCode, 'media-svc does not say how long it is');
  return { bytes: promised, sha256: null, failure: failing(conversionBrokeCode) };
};

/**
 * The recording from media-svc in a format; `unreadable` when it cannot be converted, `gone` when it is there no more.
 * What has the format already comes as it is stored. Throws `recording-unavailable` when media-svc does not answer; the
 * stream fails when the download breaks off.
 */
export const fetchRecording = async (
  { mediaUrl, grantSecret }: RecordingSource,
  { tenantId, recording, format }: { tenantId: string; recording: Recording; format: AudioFormat },
  signal: AbortSignal,
): Promise<FetchedAudio | 'gone' | 'unreadable'> => {
  const { mediaId } = recording;
  const grant = signGrant({ tenantId, mediaId, verb: 'get', expiresAt: grantExpiry() }, grantSecret);
  const url = new URL(`media/${mediaId}`, mediaUrl.endsWith('/') ? mediaUrl : `${mediaUrl}/`);
  if (format !== 'original') url.searchParams.set('format', format);
  // In a header, where no access log writes it down.
  const headers = { authorization: `Grant ${grant}` };
  const answer = await fetch(url, { headers, signal }).catch((cause: unknown) => {
    throw unavailable('recording-unavailable', 'media-svc does not answer', {}, cause);
  });
  if (!answer.ok || answer.body === null) {
    await answer.body?.cancel();
    if (gone.has(answer.status)) return 'gone';
    if (answer.status === unreadable) return 'unreadable';
    throw unavailable('recording-unavailable', `media-svc answered ${answer.status}`);
  }
  const proof = proofFor(answer, recording);
  const source = Readable.fromWeb(answer.body);
  const content = verified(proof);
  source.on('error', (cause) => content.destroy(proof.failure('the download broke off', cause)));
  content.on('close', () => source.destroy());
  const contentType = proof.sha256 === null ? (answer.headers.get('content-type') ?? '') : recording.contentType;
  return { content: source.pipe(content), contentType, bytes: proof.bytes };
};
