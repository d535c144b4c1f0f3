import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logger.ts';
import { problemContentType, problemOf, type StatusTable } from './problem.ts';

/** Answers every error of an HTTP handler as problem+json; bugs are logged with their cause. */
export class ProblemFilter implements ExceptionFilter {
  private readonly logger: Logger;
  private readonly overrides: StatusTable;

  constructor(logger: Logger, overrides: StatusTable = {}) {
    this.logger = logger;
    this.overrides = overrides;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error, request.id, this.overrides);
    if (problem.status === 500) this.logger.error({ err: error }, 'request failed');
    // The answer has begun: all that is left is to cut it off, so that nobody takes the part for the whole.
    if (reply.raw.headersSent) reply.raw.destroy();
    else void reply.status(problem.status).type(problemContentType).send(problem);
  }
}

// Called and not written with an @: Node's own type stripping, which runs sources in tests, knows no decorators.
Catch()(ProblemFilter);
