import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import { answerClientError, answerRouterError } from '../http/raw-problems.ts';
import { correlationIdOf } from '../http/requests.ts';

/**
 * What a service may want otherwise: whom it believes about the client's address, how long it waits, which addresses mean
 * the same.
 */
export type ServerLimits = Pick<
  FastifyServerOptions,
  'trustProxy' | 'requestTimeout' | 'connectionTimeout' | 'rewriteUrl'
>;

/** Fastify as every service runs it. `bodyLimit` is for bodies that are held in memory, not for streams. */
export const fastifyAdapter = (bodyLimit = 1_048_576, limits: ServerLimits = {}): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit,
    genReqId: correlationIdOf,
    // Node would wait for every idle keep-alive connection to end.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerRouterError,
    ...limits,
  });
