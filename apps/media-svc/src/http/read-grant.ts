import { rejected } from '@aftertone/kernel';
import { type Grant, type GrantVerb, verifyGrant } from '@aftertone/platform';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

const withGrant = z.object({ grant: z.string().optional() });

/** `Authorization: Grant <token>`, or `?grant=` where a browser follows a link. */
const tokenOf = (request: FastifyRequest): string => {
  const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'grant') return token;
  return withGrant.safeParse(request.query).data?.grant ?? '';
};

/** @throws DomainError `grant-invalid` also when the grant is for another recording; `grant-expired`. */
export const readGrant = (request: FastifyRequest, secret: string, verb: GrantVerb, mediaId: string): Grant => {
  const grant = verifyGrant(tokenOf(request), secret, verb);
  if (grant.mediaId !== mediaId) throw rejected('grant-invalid', 'The grant is for another recording.');
  return grant;
};
