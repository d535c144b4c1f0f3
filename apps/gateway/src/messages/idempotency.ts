import { createHash } from 'node:crypto';
import { type Idempotency, idempotency } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';
import type { FastifyRequest } from 'fastify';

/** The request header of routes that understand it. */
export const idempotencyHeader = {
  'Idempotency-Key': 'Any text of up to 255 characters; the same key within a day is the same request',
} as const;

/** Throws `invalid-request`. */
export const idempotencyKeyOf = ({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined => {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key.length >= 1 && key.length <= 255) return key;
  throw invalid('invalid-request', 'The Idempotency-Key must have 1 to 255 characters');
};

/** `asked`: all that makes a request the same as an earlier one. */
export const idempotencyOf = (route: string, key: string | undefined, asked: unknown): Idempotency | undefined => {
  if (key === undefined) return undefined;
  return idempotency.parse({ route, key, bodyHash: createHash('sha256').update(JSON.stringify(asked)).digest('hex') });
};
