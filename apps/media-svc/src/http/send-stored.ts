import type { Readable } from 'node:stream';
import { type Logger, rawAnswer } from '@aftertone/platform';
import type { FastifyReply } from 'fastify';
import type { ByteRange } from '../blobs/blob-store.ts';
import { FileStream } from '../blobs/file-stream.ts';

/** Sends what is stored, status and headers being set: a file in the cheapest way, anything else as a stream. */
export const sendStored = async (
  { logger }: { logger: Logger },
  stored: Readable,
  { range, reply }: { range: ByteRange; reply: FastifyReply },
): Promise<FastifyReply> => {
  if (!(stored instanceof FileStream)) return reply.send(stored);
  try {
    await stored.sendTo(rawAnswer(reply), range.end - range.start + 1);
  } catch (error) {
    logger.error({ err: error }, 'an answer was broken off');
  }
  return reply;
};
