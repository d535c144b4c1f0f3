import { newPolicy, type Policy, page, policy, policyChanges } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../../docs/components.ts';
import { pageText } from '../../http/query-text.ts';
import { defineRoute } from '../../http/route.ts';
import { tenantIdExample } from '../../mailboxes/mailbox.examples.ts';

const tag = 'identity';
const path = '/v1/policies/{id}';
const missing = 'policy-not-found';

const newPolicyExample = {
  name: 'reception',
  description: 'Listens to every mailbox that is shared with the tenant, and sees who is there',
  acl: ['aftertone.mailboxes.#', 'aftertone.messages.*.read', 'aftertone.users.read', '!aftertone.mailboxes.create'],
};

const policyExample: Policy = {
  id: '01964c2f-1c3d-7e4f-9a5b-6c7d8e9f0a04',
  tenantId: tenantIdExample,
  ...newPolicyExample,
  builtIn: false,
  createdAt: '2026-03-01T09:00:00.000Z',
  updatedAt: '2026-03-01T09:00:00.000Z',
  version: 1,
};

const policyView = component('Policy', policy, policyExample);

export const policyRoutes = {
  list: defineRoute({
    operationId: 'listPolicies',
    method: 'GET',
    path: '/v1/policies',
    tag,
    summary: 'List the policies of the tenant',
    description: 'The built-in policies `user` and `admin` come first.',
    access: 'aftertone.policies.read',
    query: z.strictObject(pageText),
    status: 200,
    answer: component('PolicyPage', page(policy), { items: [policyExample], next: null }),
  }),
  create: defineRoute({
    operationId: 'createPolicy',
    method: 'POST',
    path: '/v1/policies',
    tag,
    summary: 'Create a policy',
    description: 'Only with an ACL that the own one covers.',
    access: 'aftertone.policies.create',
    body: component('NewPolicy', newPolicy, newPolicyExample),
    status: 201,
    answer: policyView,
    versioned: true,
    location: path,
    refusals: { 403: ['beyond-own-access'], 409: ['policy-name-taken'] },
  }),
  read: defineRoute({
    operationId: 'readPolicy',
    method: 'GET',
    path,
    tag,
    summary: 'Read a policy',
    access: 'aftertone.policies.{id}.read',
    status: 200,
    answer: policyView,
    missing,
    versioned: true,
  }),
  change: defineRoute({
    operationId: 'changePolicy',
    method: 'PATCH',
    path,
    tag,
    summary: 'Change a policy',
    description: 'At once for all its users. Only where the own ACL covers the one before and the one after.',
    access: 'aftertone.policies.{id}.update',
    body: component('PolicyChanges', policyChanges, { acl: ['aftertone.mailboxes.#', 'aftertone.users.read'] }),
    status: 200,
    answer: policyView,
    missing,
    versioned: true,
    conditional: true,
    refusals: { 403: ['beyond-own-access'], 409: ['policy-name-taken'], 422: ['policy-built-in'] },
  }),
  remove: defineRoute({
    operationId: 'deletePolicy',
    method: 'DELETE',
    path,
    tag,
    summary: 'Delete a policy that no user has',
    access: 'aftertone.policies.{id}.delete',
    status: 204,
    missing,
    conditional: true,
    refusals: { 403: ['beyond-own-access'], 409: ['policy-in-use'], 422: ['policy-built-in'] },
  }),
};
