import { builtInPolicyIds, type Policy, rolePolicies } from '@aftertone/contracts';

/** Built-in policies are as old as anything. */
const always = new Date(0).toISOString();

const builtIn = (tenantId: string, role: keyof typeof builtInPolicyIds, description: string): Policy => ({
  id: builtInPolicyIds[role],
  tenantId,
  name: role,
  description,
  acl: [...rolePolicies[role]],
  builtIn: true,
  createdAt: always,
  updatedAt: always,
  version: 1,
});

/** The policies that every tenant has, by id, which come before any other id. */
export const builtInPolicies = (tenantId: string): Policy[] => [
  builtIn(tenantId, 'user', 'Users without another policy: their own mailboxes, and what is shared with them'),
  builtIn(tenantId, 'admin', 'Administrators: everything in the tenant and in those below it'),
];

export const isBuiltIn = (policyId: string): boolean => Object.values(builtInPolicyIds).includes(policyId);

export const isBuiltInName = (name: string): boolean => Object.hasOwn(builtInPolicyIds, name);
