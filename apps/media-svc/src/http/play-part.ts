import type { Readable } from 'node:stream';
import type { Logger } from '@aftertone/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ByteRange } from '../blobs/blob-store.ts';
import { answerHead, type PlayedMedia } from '../playback/answer-head.ts';
import { rangeNotSatisfiable, versionMismatch } from '../playback/unmet.ts';
import { sendStored } from './send-stored.ts';

export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** What a listener hears. */
export interface Played {
  played: PlayedMedia;
  /** File name under which a browser shall save it. */
  download: string | undefined;
  /** Its bytes, or a part of them. */
  give(range: ByteRange): Promise<Readable>;
}

/** The part of it that GET asks for, or what HEAD asks about it. */
export const playPart = async (
  parts: { logger: Logger },
  { played, download, give }: Played,
  { request, reply }: Exchange,
): Promise<unknown> => {
  const { status, headers, body } = answerHead(played, { headers: request.headers, download });
  const answering = (): FastifyReply => reply.status(status).headers(headers);
  if (body === null || request.method === 'HEAD') {
    void answering();
    if (status === 412) throw versionMismatch();
    if (status === 416) throw rangeNotSatisfiable(played.bytes);
    return reply.send();
  }
  const range = body === 'all' ? { start: 0, end: played.bytes - 1 } : body;
  // First, so that a refusal has no headers of a recording.
  const stored = await give(range);
  return sendStored(parts, stored, { range, reply: answering() });
};
