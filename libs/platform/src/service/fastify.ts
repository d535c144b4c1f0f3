import { FastifyAdapter } from '@nestjs/platform-fastify';
import { correlationIdOf } from '../http/requests.ts';

/** Fastify as every service runs it. `bodyLimit` is for bodies that are held in memory, not for streams. */
export const fastifyAdapter = (bodyLimit = 1_048_576): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit,
    genReqId: correlationIdOf,
    // Node would wait for every idle keep-alive connection to end.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
  });
