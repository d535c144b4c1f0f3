import { DomainError } from '@aftertone/kernel';
import { Req, RequestMapping, RequestMethod, Res, SetMetadata } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, Call } from './call.ts';
import { checkCall } from './check-call.ts';
import { routerPath } from './path.ts';
import type { Route } from './route.ts';
import { sendAnswer } from './send-answer.ts';
import type { StreamAnswer } from './stream-answer.ts';
import type { TakenOver } from './taken-over.ts';
import { tellRefusal } from './tell-refusal.ts';

/** Metadata key under which guards find the route of a handler. */
export const routeMetadata = 'aftertone:route';

type Handler<R extends Route> = (call: Call<R>) => Promise<Answer<R> | StreamAnswer | TakenOver>;

/** Checks, handles and answers one request; what is refused goes on to the filter, with its headers told. */
const serve = <R extends Route>(route: R, handler: Handler<R>) =>
  async function (this: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      // `checkCall` has checked the request by the schemas of this very route.
      const answer = await handler.call(this, checkCall(route, request) as Call<R>);
      sendAnswer(route, request, reply, answer);
    } catch (error) {
      if (error instanceof DomainError) tellRefusal(reply, error);
      throw error;
    }
  };

/**
 * Serves a route with this method: it gets the checked request and gives the answer, of which `sendAnswer` makes status,
 * headers and body. Nest only routes and guards: its pipes and interceptors would be paid for by every request.
 */
export const Endpoint =
  <R extends Route>(route: R) =>
  <Method extends Handler<R>>(target: object, name: string, descriptor: TypedPropertyDescriptor<Method>): void => {
    const { value: handler } = descriptor;
    if (handler === undefined) throw new Error(`${name} is no method`);
    const served: PropertyDescriptor = descriptor;
    served.value = serve(route, handler);
    RequestMapping({ path: routerPath(route.path), method: RequestMethod[route.method] })(target, name, served);
    SetMetadata(routeMetadata, route)(target, name, served);
    Req()(target, name, 0);
    // Nest leaves the answer to us when a handler asks for the response.
    Res()(target, name, 1);
  };
