import { newServiceToken, page, type ServiceToken, serviceToken } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../../docs/components.ts';
import { pageText } from '../../http/query-text.ts';
import { defineRoute } from '../../http/route.ts';
import { tenantIdExample, userIdExample } from '../../mailboxes/mailbox.examples.ts';

const tag = 'identity';
const path = '/v1/service-tokens/{id}';
const missing = 'service-token-not-found';

const newServiceTokenExample = {
  name: 'CRM',
  acl: ['aftertone.events.read', 'events.voicemails.global.#'],
  expiresAt: '2027-03-01T00:00:00.000Z',
};

const serviceTokenExample: ServiceToken = {
  id: '01964c2f-5a6b-7c8d-8e9f-0a1b2c3d4e05',
  tenantId: tenantIdExample,
  ...newServiceTokenExample,
  createdAt: '2026-03-01T09:00:00.000Z',
  createdBy: userIdExample,
  lastUsedAt: '2026-03-01T09:05:00.000Z',
};

const made = serviceToken.extend({ token: z.string().meta({ description: 'Told this once' }) });

export const serviceTokenRoutes = {
  list: defineRoute({
    operationId: 'listServiceTokens',
    method: 'GET',
    path: '/v1/service-tokens',
    tag,
    summary: 'List the tokens of other software',
    access: 'aftertone.service-tokens.read',
    query: z.strictObject(pageText),
    status: 200,
    answer: component('ServiceTokenPage', page(serviceToken), { items: [serviceTokenExample], next: null }),
  }),
  create: defineRoute({
    operationId: 'createServiceToken',
    method: 'POST',
    path: '/v1/service-tokens',
    tag,
    summary: 'Make a token for other software',
    description:
      'Only with an ACL that the own one covers. The answer is the only one with the token itself. It belongs to the ' +
      'tenant: it stays when the user who made it is deleted.',
    access: 'aftertone.service-tokens.create',
    body: component('NewServiceToken', newServiceToken, newServiceTokenExample),
    status: 201,
    answer: component('MadeServiceToken', made, {
      ...serviceTokenExample,
      lastUsedAt: null,
      token: 'at_3q2-7wAAbase64url0of032random0bytes0000000000',
    }),
    location: path,
    refusals: { 403: ['beyond-own-access'] },
  }),
  read: defineRoute({
    operationId: 'readServiceToken',
    method: 'GET',
    path,
    tag,
    summary: 'Read what a service token may do, and when it was used last',
    access: 'aftertone.service-tokens.{id}.read',
    status: 200,
    answer: component('ServiceToken', serviceToken, serviceTokenExample),
    missing,
  }),
  remove: defineRoute({
    operationId: 'deleteServiceToken',
    method: 'DELETE',
    path,
    tag,
    summary: 'Delete a service token',
    description: 'Requests with it are refused at once; its event streams and bus connections end within seconds.',
    access: 'aftertone.service-tokens.{id}.delete',
    status: 204,
    missing,
    refusals: { 403: ['beyond-own-access'] },
  }),
};
