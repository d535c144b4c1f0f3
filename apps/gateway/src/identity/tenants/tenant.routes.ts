import { emailAddress, page, password, tenant, username } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../../docs/components.ts';
import { pageText } from '../../http/query-text.ts';
import { defineRoute } from '../../http/route.ts';
import { tenantIdExample } from '../../mailboxes/mailbox.examples.ts';

const tag = 'identity';

const tenantExample = {
  id: tenantIdExample,
  parentId: '01964c2d-0000-7000-8000-000000000001',
  name: 'acme',
  multipleSharedMailboxes: true,
  createdAt: '2026-03-01T08:55:00.000Z',
  version: 1,
};

const newTenant = z.strictObject({
  name: tenant.shape.name,
  admin: z.strictObject({ username, password, email: emailAddress.nullable().default(null) }),
});
export type NewTenant = z.output<typeof newTenant>;

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
    access: 'aftertone.tenants.create',
    body: component('NewTenant', newTenant, {
      name: 'acme',
      admin: { username: 'root', password: 'correct horse battery', email: 'root@acme.example' },
    }),
    status: 201,
    answer: component('Tenant', tenant, tenantExample),
    refusals: { 409: ['tenant-name-taken'] },
  }),
};
