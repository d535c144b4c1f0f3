import { tenant, tenantId, userId, username } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../../docs/components.ts';
import { defineRoute } from '../../http/route.ts';
import { tenantIdExample, userIdExample } from '../../mailboxes/mailbox.examples.ts';

const tag = 'identity';

const logIn = z.strictObject({
  /** Name or id; the platform's first tenant when absent. */
  tenant: z.union([tenant.shape.name, tenantId], 'must be the name or id of a tenant').optional(),
  username,
  password: z.string().max(256),
});

const issued = z.object({
  token: z.string(),
  tenantId,
  userId,
  acl: z.array(z.string()),
  expiresAt: z.iso.datetime(),
});

export const tokenRoutes = {
  issue: defineRoute({
    operationId: 'logIn',
    method: 'POST',
    path: '/v1/tokens',
    tag,
    summary: 'Log in',
    description: '`tenant` is a name or an id; the first tenant of the platform when it is absent.',
    access: null,
    body: component('LogIn', logIn, { tenant: 'acme', username: 'ana', password: 'correct horse battery' }),
    status: 201,
    answer: component('IssuedToken', issued, {
      token: 'at_3q2-7wAAbase64url0of032random0bytes0000000000',
      tenantId: tenantIdExample,
      userId: userIdExample,
      acl: ['aftertone.messages.#'],
      expiresAt: '2026-03-01T21:00:00.000Z',
    }),
    refusals: { 401: ['wrong-credentials'], 429: ['too-many-log-ins'] },
  }),
  revoke: defineRoute({
    operationId: 'logOut',
    method: 'DELETE',
    path: '/v1/tokens/current',
    tag,
    summary: 'Revoke the token of this request',
    description: 'One that another issuer made is revoked there.',
    access: 'aftertone.tokens.current.delete',
    ownTenant: true,
    status: 204,
    refusals: { 422: ['token-of-issuer'] },
  }),
};
