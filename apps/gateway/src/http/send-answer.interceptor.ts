import { DomainError } from '@aftertone/kernel';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, mergeMap, type Observable, throwError } from 'rxjs';
import { routeMetadata } from './endpoint.ts';
import { etagOf, isNotModified } from './etag.ts';
import { fill } from './path.ts';
import type { Route } from './route.ts';
import { StreamAnswer } from './stream-answer.ts';
import { TakenOver } from './taken-over.ts';
import { tellRefusal } from './tell-refusal.ts';

const field = (answer: unknown, name: string): unknown =>
  typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;

/** Turns what a handler gives into status, `ETag`, `Location` and body, as its route says; a refusal may tell when to retry. */
@Injectable()
export class SendAnswer implements NestInterceptor {
  private readonly reflector: Reflector;

  constructor(@Inject(Reflector) reflector: Reflector) {
    this.reflector = reflector;
  }

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const route = this.reflector.get<Route | undefined>(routeMetadata, context.getHandler());
    if (route === undefined) return next.handle();
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    return next.handle().pipe(
      mergeMap(async (answer) => void (await send(route, request, reply, answer))),
      catchError((error: unknown) => {
        if (error instanceof DomainError) tellRefusal(reply, error);
        return throwError(() => error);
      }),
    );
  }
}

const send = (route: Route, request: FastifyRequest, reply: FastifyReply, answer: unknown): FastifyReply => {
  if (answer instanceof StreamAnswer) return reply.code(answer.status).headers(answer.headers).send(answer.body);
  if (answer instanceof TakenOver) {
    reply.code(answer.status).hijack();
    answer.take();
    return reply;
  }
  const version = field(answer, 'version');
  const id = field(answer, 'id');
  if (route.location !== undefined && typeof id === 'string') reply.header('location', fill(route.location, { id }));
  if (route.versioned && typeof version === 'number') {
    reply.header('etag', etagOf(version));
    if (route.method === 'GET' && isNotModified(request.headers['if-none-match'], version)) {
      return reply.code(304).send();
    }
  }
  return reply.code(route.status).send(route.answer === undefined ? undefined : answer);
};
