import { mediaId } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import { type Logger, problemContentType, problemOf } from '@aftertone/platform';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { giveSpooled } from './give-spooled.ts';
import { type PlayParts, play, showInfo } from './play.ts';
import { type PutParts, putMedia } from './put-media.ts';
import { statuses } from './statuses.ts';
import { takeSpooled } from './take-spooled.ts';

export type MediaRouteParts = PutParts & PlayParts & { logger: Logger };

type Work = (parts: MediaRouteParts, id: string, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

const path = z.object({ mediaId });

/**
 * Audio over HTTP: `PUT`, `GET`, `HEAD /media/{mediaId}`, `GET /media/{mediaId}/info`, and for other
 * replicas `GET` and `PUT /media/{mediaId}/spooled`.
 *
 * A Fastify plugin and no Nest controller: a plugin has content parsers of its own, and here no body may be parsed or
 * held in memory, whatever type its sender declares.
 */
export const mediaRoutes =
  (parts: MediaRouteParts) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, _body, done) => done(null));

    const handle = (work: Work) => async (request: FastifyRequest, reply: FastifyReply) =>
      work(parts, path.parse(request.params).mediaId, request, reply);
    server.put('/media/:mediaId', handle(putMedia));
    // Before GET, for which Fastify would make a HEAD that reads the whole file.
    server.head('/media/:mediaId', handle(play));
    server.get('/media/:mediaId', handle(play));
    server.get('/media/:mediaId/info', handle(showInfo));
    server.get('/media/:mediaId/spooled', handle(giveSpooled));
    server.put('/media/:mediaId/spooled', handle(takeSpooled));

    server.setErrorHandler<FastifyError>((error, request, reply) => {
      const problem = problemOf(error, request.id, statuses);
      if (isOurFault(problem)) parts.logger.error({ err: error }, 'media request failed');
      const retryAfter = error instanceof DomainError ? error.details.retryAfterSeconds : undefined;
      if (typeof retryAfter === 'number') void reply.header('retry-after', retryAfter);
      return reply.status(problem.status).type(problemContentType).send(problem);
    });
  };

const isOurFault = ({ status, code }: { status: number; code: string }): boolean =>
  status >= 500 && code !== 'media-busy';
