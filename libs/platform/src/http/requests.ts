import { newId } from '@aftertone/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { correlate } from '../logging/correlation.ts';
import type { Logger } from '../logging/logger.ts';
import { requestDuration } from '../metrics.ts';

export const correlationHeader = 'x-correlation-id';

/** The caller's correlation id when it is a harmless text, else a new one. Becomes `request.id`. */
export const correlationIdOf = (request: { headers: Record<string, string | string[] | undefined> }): string => {
  const given = request.headers[correlationHeader];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : newId();
};

const quiet = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Gives every request its correlation id (also as an answer header) and writes one line and one measurement when it is
 * answered. The line names the route's pattern: paths and query strings may hold caller data.
 */
export const followRequests = (server: FastifyInstance, logger: Logger): void => {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header(correlationHeader, request.id);
    correlate({ correlationId: request.id }, done);
  });
  // Reading a body ends the asynchronous context that the first hook began.
  server.addHook('preValidation', (request, _reply, done) => correlate({ correlationId: request.id }, done));

  const report = (request: FastifyRequest, status: number, durationMs: number, outcome: string): void => {
    const route = request.routeOptions.url ?? 'none';
    requestDuration.observe({ method: request.method, route, status: String(status) }, durationMs / 1000);
    const line = { correlationId: request.id, method: request.method, route, status, outcome };
    const level = quiet.has(route) ? 'trace' : 'info';
    logger[level]({ ...line, durationMs: Math.round(durationMs * 100) / 100 }, 'request');
  };
  server.addHook('onResponse', (request, reply, done) => {
    report(request, reply.statusCode, reply.elapsedTime, reply.statusCode < 400 ? 'ok' : 'refused');
    done();
  });
  server.addHook('onRequestAbort', (request, done) => {
    logger.info({ correlationId: request.id, method: request.method, outcome: 'aborted' }, 'request');
    done();
  });
};
