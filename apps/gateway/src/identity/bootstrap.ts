import { DomainError, newId } from '@aftertone/kernel';
import type { Directory } from './directory.ts';
import { rootTenantExists } from './guards.ts';
import type { Tenants } from './tenants/tenants.ts';

/** The platform's first tenant and its administrator. */
export interface FirstTenant {
  name: string;
  username: string;
  password: string;
}

/** Makes the first tenant when there is none yet. Replicas may do so at once: one of them does. */
export const bootstrap = async (directory: Directory, tenants: Tenants, first: FirstTenant): Promise<void> => {
  if ((await directory.tenantId(undefined)) !== undefined) return;
  const { name, username, password } = first;
  const meta = { actor: { kind: 'system', id: 'bootstrap' } as const, correlationId: newId() };
  try {
    await tenants.create(null, { name, admin: { username, password, email: null } }, meta);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== rootTenantExists) throw error;
  }
};
