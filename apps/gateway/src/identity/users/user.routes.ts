import { initialUserNotify, newUser, page, type User, user, userChanges } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../../docs/components.ts';
import { pageText } from '../../http/query-text.ts';
import { defineRoute } from '../../http/route.ts';
import { tenantIdExample, userIdExample } from '../../mailboxes/mailbox.examples.ts';

const tag = 'identity';
const path = '/v1/users/{id}';
const missing = 'user-not-found';

const userExample: User = {
  id: userIdExample,
  tenantId: tenantIdExample,
  shortId: 42,
  username: 'ana',
  firstName: 'Ana',
  lastName: 'Costa',
  email: 'ana@example.org',
  timezone: 'Europe/Lisbon',
  language: 'pt',
  role: 'user',
  policyIds: [],
  notify: { ...initialUserNotify, push: { enabled: true } },
  createdAt: '2026-03-01T09:00:00.000Z',
  updatedAt: '2026-03-01T09:00:00.000Z',
  version: 1,
};

const userView = component('User', user, userExample);

export const userRoutes = {
  list: defineRoute({
    operationId: 'listUsers',
    method: 'GET',
    path: '/v1/users',
    tag,
    summary: 'List the users of the tenant',
    access: 'aftertone.users.read',
    query: z.strictObject(pageText),
    status: 200,
    answer: component('UserPage', page(user), { items: [userExample], next: null }),
  }),
  create: defineRoute({
    operationId: 'createUser',
    method: 'POST',
    path: '/v1/users',
    tag,
    summary: 'Create a user',
    description: 'Only with a role and policies that allow nothing which the own ACL does not cover.',
    access: 'aftertone.users.create',
    body: component('NewUser', newUser, {
      username: 'ana',
      password: 'correct horse battery',
      firstName: 'Ana',
      lastName: 'Costa',
      email: 'ana@example.org',
    }),
    status: 201,
    answer: userView,
    versioned: true,
    location: path,
    refusals: {
      400: ['unknown-policy', 'policies-of-administrator'],
      403: ['beyond-own-access'],
      409: ['username-taken'],
    },
  }),
  read: defineRoute({
    operationId: 'readUser',
    method: 'GET',
    path,
    me: true,
    tag,
    summary: 'Read a user',
    description: '`me` is the user of the token. Users may read themselves, administrators everybody.',
    access: 'aftertone.users.{id}.read',
    status: 200,
    answer: userView,
    missing,
    versioned: true,
  }),
  change: defineRoute({
    operationId: 'changeUser',
    method: 'PATCH',
    path,
    me: true,
    tag,
    summary: 'Change a user',
    description:
      'A new password ends every token of the user. Changing somebody else takes an ACL that covers all that the user has, ' +
      'before and after.',
    access: 'aftertone.users.{id}.update',
    body: component('UserChanges', userChanges, { lastName: 'Costa e Silva' }),
    status: 200,
    answer: userView,
    missing,
    versioned: true,
    conditional: true,
    refusals: {
      400: ['unknown-policy', 'policies-of-administrator'],
      403: ['beyond-own-access'],
      409: ['username-taken'],
      422: ['last-administrator'],
    },
  }),
  remove: defineRoute({
    operationId: 'deleteUser',
    method: 'DELETE',
    path,
    me: true,
    tag,
    summary: 'Delete a user',
    description: 'Every token of the user ends with it.',
    access: 'aftertone.users.{id}.delete',
    status: 204,
    missing,
    conditional: true,
    refusals: { 403: ['beyond-own-access'], 422: ['last-administrator'] },
  }),
};
