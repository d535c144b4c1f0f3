import { fieldErrors } from '@aftertone/contracts';
import { invalid, isId, notFound } from '@aftertone/kernel';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sessionOf } from '../access/session-of.ts';
import type { Call } from './call.ts';
import { ifMadeOf, versionOf } from './etag.ts';
import { pathValues } from './path.ts';
import type { Route } from './route.ts';
import { checkStreamedType, isWithoutBody, notJson } from './streamed-types.ts';

const parse = (schema: z.ZodType | undefined, value: unknown): unknown => {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid('invalid-request', 'The request has fields that are wrong', { errors: fieldErrors(result.error) });
};

const noQuery = (query: object): void => {
  const errors = Object.keys(query).map((path) => ({ path, message: 'is not a known parameter' }));
  if (errors.length > 0) throw invalid('invalid-request', 'The request has parameters that are not known', { errors });
};

/** A trace context that is none is left out: it is no reason to refuse a request. */
const traceOf = ({ headers }: FastifyRequest): string | undefined => {
  const given = headers.traceparent;
  return typeof given === 'string' && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(given)
    ? given
    : undefined;
};

/** Only JSON: whatever else the server can read has no place here. */
const jsonBody = ({ headers, body }: FastifyRequest): unknown => {
  const type = headers['content-type'];
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type)) {
    throw notJson();
  }
  return body ?? {};
};

/** A route without a body takes an empty one too, as some clients always send one. */
const noBody = z.strictObject({});

const bodyOf = ({ method, bodyKind, body }: Route, request: FastifyRequest): unknown => {
  switch (bodyKind) {
    case 'json':
      return parse(body, jsonBody(request));
    case 'audio':
    case 'upload':
      // Audio without a byte is told as that, whatever it is called.
      if (!isWithoutBody(request.headers)) checkStreamedType(bodyKind, request.headers['content-type']);
      return undefined;
    case 'mail':
    case 'multipart':
      checkStreamedType(bodyKind, request.headers['content-type']);
      return undefined;
    case 'none':
      if (method !== 'GET') parse(noBody, jsonBody(request));
      return undefined;
  }
};

/** Throws `invalid-request` that names the placeholder. */
const checkedText = (name: string, schema: z.ZodType<string>, value: string): string => {
  parse(z.object({ [name]: schema }), { [name]: value });
  return value;
};

/** The ids and texts of the path by placeholder. A text that is no id names no object; one beside the object's own is told as such. */
const namesOf = (route: Route, request: FastifyRequest): ReadonlyMap<string, string> => {
  const checked = (name: string, value: string): string => {
    const text = route.texts?.[name];
    if (text !== undefined) return checkedText(name, text, value);
    if (name === 'id' && value === 'me' && route.me) return sessionOf(request).userId;
    if (isId(value)) return value.toLowerCase();
    if (name === 'id') throw notFound(route.missing ?? 'not-found', 'There is no such object');
    const errors = [{ path: name, message: 'must be a UUID' }];
    throw invalid('invalid-request', 'The path has an id that is none', { errors });
  };
  const values = Object.entries(pathValues(route.path, request.params));
  return new Map(values.map(([name, value]) => [name, checked(name, value)]));
};

/** Checks a request against its route. Throws `invalid-request` with every wrong field, or the route's 404. */
export const checkCall = (route: Route, request: FastifyRequest): Call => {
  const names = namesOf(route, request);
  if (route.query === undefined) noQuery(Object(request.query));
  const query = parse(route.query, request.query);
  const body = bodyOf(route, request);
  return {
    route,
    id: names.get('id') ?? '',
    param: (name) => {
      const value = names.get(name);
      if (value === undefined) throw new Error(`${route.path} has no {${name}}`);
      return value;
    },
    query,
    body,
    get session() {
      return sessionOf(request);
    },
    ifVersion: route.conditional ? versionOf(request.headers['if-match']) : undefined,
    ifMade: route.conditional && route.builtIn ? ifMadeOf(request.headers) : undefined,
    correlationId: request.id,
    traceparent: traceOf(request),
    request,
  };
};
