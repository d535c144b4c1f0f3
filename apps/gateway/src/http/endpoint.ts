import {
  createParamDecorator,
  type ExecutionContext,
  RequestMapping,
  RequestMethod,
  Res,
  SetMetadata,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Answer, Call } from './call.ts';
import { checkCall } from './check-call.ts';
import { routerPath } from './path.ts';
import type { Route } from './route.ts';
import type { StreamAnswer } from './stream-answer.ts';
import type { TakenOver } from './taken-over.ts';

/** Metadata key under which guards and interceptors find the route of a handler. */
export const routeMetadata = 'aftertone:route';

const CheckedCall = createParamDecorator((route: Route, context: ExecutionContext) => {
  return checkCall(route, context.switchToHttp().getRequest<FastifyRequest>());
});

/**
 * Serves a route with this method: it gets the checked request and gives the answer, of which `SendAnswer` makes
 * status, headers and body.
 */
export const Endpoint =
  <R extends Route>(route: R) =>
  <Method extends (call: Call<R>) => Promise<Answer<R> | StreamAnswer | TakenOver>>(
    target: object,
    name: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    RequestMapping({ path: routerPath(route.path), method: RequestMethod[route.method] })(target, name, descriptor);
    SetMetadata(routeMetadata, route)(target, name, descriptor);
    CheckedCall(route)(target, name, 0);
    // Nest leaves the answer to us when a handler asks for the response.
    Res()(target, name, 1);
  };
