import { rawAnswer } from '@aftertone/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, isNotModified } from './etag.ts';
import { fill } from './path.ts';
import type { Route } from './route.ts';
import { StreamAnswer } from './stream-answer.ts';
import { TakenOver } from './taken-over.ts';

const field = (answer: unknown, name: string): unknown =>
  typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;

/** Turns what a handler gives into status, `ETag`, `Location` and body, as its route says. */
export const sendAnswer = (route: Route, request: FastifyRequest, reply: FastifyReply, answer: unknown): void => {
  if (answer instanceof StreamAnswer) {
    reply.code(answer.status).headers(answer.headers);
    if ('sendTo' in answer.body) void answer.body.sendTo(rawAnswer(reply));
    else void reply.send(answer.body);
    return;
  }
  if (answer instanceof TakenOver) {
    reply.code(answer.status).hijack();
    answer.take();
    return;
  }
  const version = field(answer, 'version');
  const id = field(answer, 'id');
  if (route.location !== undefined && typeof id === 'string') reply.header('location', fill(route.location, { id }));
  if (route.versioned && typeof version === 'number') {
    reply.header('etag', etagOf(version));
    if (route.method === 'GET' && isNotModified(request.headers['if-none-match'], version)) {
      void reply.code(304).send();
      return;
    }
  }
  void reply.code(route.status).send(route.answer === undefined ? undefined : answer);
};
