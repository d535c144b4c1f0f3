import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Session } from '../access/session.ts';
import type { Route } from './route.ts';

type QueryOf<R> = R extends Route<infer Query> ? z.output<Query> : never;
type BodyOf<R> = R extends Route<z.ZodType, infer Body> ? z.output<Body> : never;

/** One checked request of a route. */
export interface Call<R extends Route = Route> {
  readonly route: R;
  /** `{id}` of the path: a lower-case UUID (`me` is resolved); empty where the path names no object. */
  readonly id: string;
  /** Another placeholder of the path: a lower-case UUID, or a text as it was sent where the route says so. Asking for one that the path does not have is a bug and throws. */
  param(name: string): string;
  readonly query: QueryOf<R>;
  /** Undefined for streamed bodies: `request.body` is the stream then. */
  readonly body: BodyOf<R>;
  /** On whose behalf. Reading it on a route that is open to everybody is a bug and throws. */
  readonly session: Session;
  /** From `If-Match`. */
  readonly ifVersion: number | undefined;
  /** Whether somebody must have made it, or nobody may have; where the route is about what is built in. */
  readonly ifMade: boolean | undefined;
  readonly correlationId: string;
  readonly traceparent: string | undefined;
  readonly request: FastifyRequest;
}

/** What the handler of a route gives back. */
export type Answer<R extends Route> = R extends Route<z.ZodType, z.ZodType, infer Given> ? z.output<Given> : never;
