import { conflict, DomainError } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Conversions } from '../audio/conversion/conversions.ts';
import type { Target } from '../audio/conversion/target.ts';
import type { BlobKey } from '../blobs/blob-store.ts';
import type { Ground } from '../ground/ground.ts';
import type { MediaRow } from '../media/catalogue/media-row.ts';
import { conversionsUnreadable } from '../metrics.ts';
import { answerHead } from '../playback/answer-head.ts';

export interface ConvertedParts {
  ground: Pick<Ground, 'recordings'>;
  conversions: Conversions;
  logger: Logger;
}

interface Playing {
  media: MediaRow;
  key: BlobKey;
  target: Target;
  download: string | undefined;
}

export const versionMismatch = () => conflict('version-mismatch', 'The recording is another one than If-Match names');

/** Aborted when the listener goes away before the end of the answer. */
const listenerLeft = (reply: FastifyReply): AbortSignal => {
  const leaving = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) leaving.abort(new Error('the listener went away'));
  });
  return leaving.signal;
};

const tell = ({ logger }: ConvertedParts, { mediaId }: BlobKey, error: unknown): void => {
  if (error instanceof DomainError && error.code === 'audio-unreadable') conversionsUnreadable.inc();
  logger.warn({ err: error, mediaId }, 'a recording was not converted');
};

/**
 * GET and HEAD of a recording in another format than it is stored in. Its length is in the header, and an answer that
 * is shorter is broken off. Ranges are not offered: each would convert everything in front of it.
 */
export const playConverted = async (
  parts: ConvertedParts,
  { media, key, target, download }: Playing,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<unknown> => {
  const { contentType, bytes, format, sampleRate, kilobits } = target;
  const version = [media.sha256, format, sampleRate, ...(kilobits === null ? [] : [kilobits])].join('.');
  const { range: _none, ...headers } = request.headers;
  const head = answerHead({ contentType, bytes, sha256: version, storedAt: media.storedAt }, { headers, download });
  if (head.status === 412) throw versionMismatch();
  const answering = (): FastifyReply => reply.status(head.status).headers({ ...head.headers, 'accept-ranges': 'none' });
  if (head.body === null || request.method === 'HEAD') return answering().send();
  const left = listenerLeft(reply);
  try {
    const sound = { contentType: media.contentType, sampleRate: media.sampleRate, bytes: media.bytes };
    const open = () => parts.ground.recordings.open(key, media);
    const stream = await parts.conversions.begin(open, { sound, target }, left);
    stream.on('error', (error) => {
      if (!left.aborted) tell(parts, key, error);
    });
    return answering().send(stream);
  } catch (error) {
    if (left.aborted) return reply.send();
    if (error instanceof DomainError && error.code === 'audio-unreadable') tell(parts, key, error);
    throw error;
  }
};
