import { type Command, conflict, type Decider } from '@aftertone/kernel';
import { absentTenant, evolveTenant, type Founder, type Tenant, type TenantEvent } from './tenant.ts';

export type RegisterTenant = Command<
  'RegisterTenant',
  { tenantId: string; parentId: string | null; ancestors: string[]; name: string; founder: Founder }
>;

export type TenantCommand = RegisterTenant;

const decide = ({ data, meta }: TenantCommand, tenant: Tenant): TenantEvent[] => {
  if (tenant.status !== 'absent') throw conflict('tenant-exists', 'This tenant exists already');
  return [{ type: 'TenantRegistered', data: { ...data, createdAt: meta.now } }];
};

export const tenantDecider: Decider<Tenant, TenantCommand, TenantEvent> = {
  initialState: absentTenant,
  evolve: evolveTenant,
  decide,
};
