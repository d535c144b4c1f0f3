import type { FastifyReply } from 'fastify';

/** Aborted when whoever asked goes away before the end of the answer. */
export const callerLeft = (reply: FastifyReply): AbortSignal => {
  const leaving = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) leaving.abort(new Error('the caller went away'));
  });
  return leaving.signal;
};
