import { STATUS_CODES } from 'node:http';
import { refusalDetails } from '@aftertone/contracts';
import { z } from 'zod';
import { actsInTenant, type Route, saysForbidden, takesIfNoneMatch, takesRange } from '../http/route.ts';
import { component } from './components.ts';

const problem = component(
  'Problem',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().meta({ description: 'Lasting name of what went wrong' }),
    detail: z.string(),
    correlationId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
    details: refusalDetails.optional().meta({ description: 'What some refusals tell beside their code' }),
  }),
  {
    type: 'urn:aftertone:problem:invalid-request',
    title: 'Bad Request',
    status: 400,
    code: 'invalid-request',
    detail: 'The request has fields that are wrong',
    correlationId: '01964c31-40bb-7ccc-8d30-2e3f4a5b6c07',
    errors: [{ path: 'quota.maxMessages', message: 'Too small: expected number to be >=1' }],
  },
);

const takesCursor = ({ query }: Route): boolean => query instanceof z.ZodObject && 'cursor' in query.shape;

/** What one may do in a mailbox that one sees is a question of rights there. */
const concernsMailbox = ({ missing = '' }: Route): boolean => /^(mailbox|message)-not-found$/.test(missing);

/** What may go wrong with a route, by status: codes that many routes share, then its own. */
const refusalsOf = (route: Route): Map<number, Set<string>> => {
  const refusals = new Map<number, Set<string>>();
  const add = (status: number, ...codes: readonly string[]): void => {
    refusals.set(status, new Set([...(refusals.get(status) ?? []), ...codes]));
  };
  // Parameters that a route does not know are refused, also where it knows none.
  add(400, 'invalid-request');
  if (takesCursor(route)) add(400, 'cursor-invalid');
  if (route.access !== null) add(401, 'unauthenticated');
  if (saysForbidden(route)) add(403, 'forbidden');
  if (actsInTenant(route)) add(404, 'tenant-not-found');
  if (route.missing !== undefined) add(404, route.missing);
  if (concernsMailbox(route)) add(403, 'right-required');
  if (route.missing !== undefined && route.method !== 'GET') add(409, 'stream-busy');
  if (route.conditional) add(412, 'version-mismatch');
  if (route.body !== undefined) add(413, 'body-too-large');
  if (route.bodyKind !== 'none') add(415, 'unsupported-media-type');
  add(503, 'service-unavailable', 'store-unavailable', 'deadline-exceeded');
  for (const [status, codes] of Object.entries(route.refusals ?? {})) add(Number(status), ...codes);
  return refusals;
};

export type SchemaOf = (schema: z.ZodType) => object;

const success = (route: Route, schemaOf: SchemaOf): object => {
  const headers = {
    ...(route.versioned ? { ETag: { description: 'Version, for If-Match', schema: { type: 'string' } } } : {}),
    ...(route.location === undefined
      ? {}
      : { Location: { description: 'Where the new object is', schema: { type: 'string' } } }),
  };
  const content = Object.fromEntries([
    ...(route.answer === undefined ? [] : [['application/json', { schema: schemaOf(route.answer) }]]),
    ...(route.answerTypes ?? []).map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
  ]);
  return {
    description: STATUS_CODES[route.status] ?? 'Success',
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(Object.keys(content).length === 0 ? {} : { content }),
  };
};

/** Successes beside the usual one. */
const otherSuccesses = (route: Route, usual: object): Record<string, object> => ({
  ...(route.mayBeEmpty === undefined ? {} : { 204: { description: `No Content: ${route.mayBeEmpty}` } }),
  ...(takesRange(route) ? { 206: { ...usual, description: 'Partial Content: the range that was asked for' } } : {}),
  ...(takesIfNoneMatch(route) ? { 304: { description: 'Not Modified: `If-None-Match` names the version' } } : {}),
});

/** The `responses` of an operation. */
export const responsesOf = (route: Route, schemaOf: SchemaOf): Record<string, object> => {
  const refusals = [...refusalsOf(route)].map(([status, codes]) => [
    String(status),
    {
      description: `${STATUS_CODES[status] ?? 'Error'}: ${[...codes].map((code) => `\`${code}\``).join(', ')}`,
      content: { 'application/problem+json': { schema: schemaOf(problem) } },
    },
  ]);
  const usual = success(route, schemaOf);
  return { [String(route.status)]: usual, ...otherSuccesses(route, usual), ...Object.fromEntries(refusals) };
};
