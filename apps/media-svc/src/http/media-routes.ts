import { mediaId } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import { problemContentType, problemOf } from '@aftertone/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type PlayParts, play, showInfo } from './play.ts';
import { type PutParts, putMedia } from './put-media.ts';
import { statuses } from './statuses.ts';

const path = z.object({ mediaId });

export type MediaRouteParts = PutParts & PlayParts;

/**
 * Audio over HTTP: `PUT`, `GET`, `HEAD /media/{mediaId}` and `GET /media/{mediaId}/info`.
 *
 * A Fastify plugin and no Nest controller: a plugin has content parsers of its own, and here no body may be parsed or
 * held in memory, whatever type its sender declares.
 */
export const mediaRoutes =
  (parts: MediaRouteParts) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, _body, done) => done(null));

    const handle =
      (work: (parts: MediaRouteParts, id: string, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) =>
      async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
        work(parts, path.parse(request.params).mediaId, request, reply);

    server.put('/media/:mediaId', handle(putMedia));
    // Before GET, for which Fastify would make a HEAD that reads the whole file.
    server.head('/media/:mediaId', handle(play));
    server.get('/media/:mediaId', handle(play));
    server.get('/media/:mediaId/info', handle(showInfo));

    server.setErrorHandler(async (error, request, reply) => {
      const problem = problemOf(error, request.id, statuses);
      const isOurs = problem.status >= 500 && problem.code !== 'media-busy';
      if (isOurs) parts.log.error({ err: error, code: problem.code }, 'media request failed');
      const retryAfter = error instanceof DomainError ? error.details.retryAfterSeconds : undefined;
      if (typeof retryAfter === 'number') void reply.header('retry-after', retryAfter);
      return reply.status(problem.status).type(problemContentType).send(problem);
    });
  };
