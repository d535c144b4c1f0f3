import type { IncomingHttpHeaders } from 'node:http';
import { invalid } from '@aftertone/kernel';
import type { FastifyInstance } from 'fastify';
import { routerPath } from './path.ts';
import type { BodyKind, Route } from './route.ts';

interface Streamed {
  pattern: RegExp;
  /** The types in words, for refusals. */
  taken: string;
}

const kinds: Readonly<Partial<Record<BodyKind, Streamed>>> = {
  audio: {
    pattern: /^(audio\/[\w.+-]+|application\/octet-stream)\s*(;|$)/i,
    taken: 'audio/* or application/octet-stream',
  },
  mail: { pattern: /^message\/rfc822\s*(;|$)/i, taken: 'message/rfc822' },
  upload: {
    pattern: /^(audio\/[\w.+-]+|application\/octet-stream|multipart\/form-data)\s*(;|$)/i,
    taken: 'audio/*, application/octet-stream, or multipart/form-data with the part audio',
  },
  multipart: { pattern: /^multipart\/form-data\s*;/i, taken: 'multipart/form-data with a boundary' },
};

export const isWithoutBody = (headers: IncomingHttpHeaders): boolean =>
  (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;

export const notJson = () => invalid('unsupported-media-type', 'The body must be application/json');

/** Throws `unsupported-media-type` when a body that is streamed has another type than the route takes. */
export const checkStreamedType = (kind: BodyKind, contentType: string | undefined): void => {
  const streamed = kinds[kind];
  if (streamed === undefined || streamed.pattern.test(contentType ?? '')) return;
  throw invalid('unsupported-media-type', `The body must be ${streamed.taken}`);
};

/**
 * Refuses a wrong type before the body is read: the parsers of other types hold bodies in memory and would complain of
 * their size first, and of a body without a type the server would not say what to send.
 */
export const refuseOtherTypes = (server: FastifyInstance, routes: readonly Route[]): void => {
  const bodyKinds = new Map(routes.map(({ method, path, bodyKind }) => [`${method} ${routerPath(path)}`, bodyKind]));
  server.addHook('onRequest', async ({ method, routeOptions, headers }) => {
    const bodyKind = bodyKinds.get(`${method} ${routeOptions.url}`);
    if (bodyKind === undefined || isWithoutBody(headers)) return;
    const type = headers['content-type'];
    if (type === undefined && bodyKind === 'json') throw notJson();
    checkStreamedType(bodyKind, type);
  });
};
