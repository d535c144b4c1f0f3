import {
  cellName,
  emailAddress,
  initialTenantNotify,
  keepsAll,
  page,
  password,
  tenant,
  tenantChanges,
  username,
} from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../../docs/components.ts';
import { pageText } from '../../http/query-text.ts';
import { defineRoute } from '../../http/route.ts';
import { tenantIdExample } from '../../mailboxes/mailbox.examples.ts';

const tag = 'identity';
const path = '/v1/tenants/{id}';
const missing = 'tenant-not-found';

const tenantExample = {
  id: tenantIdExample,
  parentId: '01964c2d-0000-7000-8000-000000000001',
  name: 'acme',
  multipleSharedMailboxes: true,
  notify: initialTenantNotify,
  retention: keepsAll,
  cell: 'c1',
  createdAt: '2026-03-01T08:55:00.000Z',
  version: 1,
};

const newTenant = z.strictObject({
  name: tenant.shape.name,
  /** Where it is to live; with its parent unless given. */
  cell: cellName.optional(),
  admin: z.strictObject({ username, password, email: emailAddress.nullable().default(null) }),
});
export type NewTenant = z.output<typeof newTenant>;

const tenantView = component('Tenant', tenant, tenantExample);

export const tenantRoutes = {
  list: defineRoute({
    operationId: 'listTenants',
    method: 'GET',
    path: '/v1/tenants',
    tag,
    summary: 'List the own tenant and those below it',
    access: 'aftertone.tenants.read',
    query: z.strictObject(pageText),
    status: 200,
    answer: component('TenantPage', page(tenant), { items: [tenantExample], next: null }),
  }),
  create: defineRoute({
    operationId: 'createTenant',
    method: 'POST',
    path: '/v1/tenants',
    tag,
    summary: 'Create a tenant below the own one, with its first administrator',
    description:
      'Only whose ACL covers that of an administrator. `cell` says where the tenant is to live, for good: administrators ' +
      'of the platform choose it, otherwise it is that of the parent.',
    access: 'aftertone.tenants.create',
    body: component('NewTenant', newTenant, {
      name: 'acme',
      admin: { username: 'root', password: 'correct horse battery', email: 'root@acme.example' },
    }),
    status: 201,
    answer: tenantView,
    versioned: true,
    location: path,
    refusals: {
      400: ['unknown-cell'],
      403: ['beyond-own-access', 'platform-administrator-required'],
      409: ['tenant-name-taken'],
    },
  }),
  read: defineRoute({
    operationId: 'readTenant',
    method: 'GET',
    path,
    tag,
    summary: 'Read the own tenant or one below it',
    access: 'aftertone.tenants.{id}.read',
    status: 200,
    answer: tenantView,
    missing,
    versioned: true,
  }),
  change: defineRoute({
    operationId: 'changeTenant',
    method: 'PATCH',
    path,
    tag,
    summary: 'Change the settings of the own tenant or, as an administrator, of one below it',
    access: 'aftertone.tenants.{id}.update',
    body: component(
      'TenantChanges',
      tenantChanges,
      { notify: { email: { owners: true, link: true } } },
      { retention: { heardDays: 30, trashDays: 7, deletedDays: 7 } },
    ),
    status: 200,
    answer: tenantView,
    missing,
    versioned: true,
    conditional: true,
    refusals: { 400: ['unknown-recipient'] },
  }),
};
