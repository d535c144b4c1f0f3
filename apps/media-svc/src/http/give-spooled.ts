import { notFound } from '@aftertone/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Ground } from '../ground/ground.ts';
import { readGrant } from './read-grant.ts';
import { copyQuery } from './take-spooled.ts';

export interface SpooledParts {
  ground: Pick<Ground, 'recordings'>;
  grantSecret: string;
}

const place = z.coerce.number().int().min(0).optional();

const spooledQuery = copyQuery.extend({ start: place, end: place });

/** GET by another replica: what lies in the spool of this one. */
export const giveSpooled = async (
  { ground, grantSecret }: SpooledParts,
  mediaId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> => {
  const { sha256, start, end } = spooledQuery.parse(request.query);
  const { tenantId } = readGrant(request, grantSecret, 'get', mediaId);
  const key = { tenantId, mediaId, sha256 };
  const { spool } = ground.recordings;
  if (!(await spool.has(key))) throw notFound('not-spooled', 'This replica does not hold it (any more).');
  const range = start === undefined || end === undefined ? undefined : { start, end };
  return reply.type('application/octet-stream').send(await spool.open(key, range));
};
