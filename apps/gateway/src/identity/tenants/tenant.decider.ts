import { type TenantChanges, withNotifyChanges } from '@aftertone/contracts';
import { type Command, conflict, type Decider, notFound } from '@aftertone/kernel';
import { changesOf } from '../changes-of.ts';
import { absentTenant, evolveTenant, type Founder, type Tenant, type TenantEvent } from './tenant.ts';

export type RegisterTenant = Command<
  'RegisterTenant',
  { tenantId: string; parentId: string | null; ancestors: string[]; name: string; cell: string; founder: Founder }
>;
export type ChangeTenant = Command<'ChangeTenant', { changes: TenantChanges }>;

export type TenantCommand = RegisterTenant | ChangeTenant;

const register = ({ data, meta }: RegisterTenant, tenant: Tenant): TenantEvent[] => {
  if (tenant.status !== 'absent') throw conflict('tenant-exists', 'This tenant exists already');
  return [{ type: 'TenantRegistered', data: { ...data, createdAt: meta.now } }];
};

const change = ({ data }: ChangeTenant, tenant: Tenant): TenantEvent[] => {
  if (tenant.status !== 'registered') throw notFound('tenant-not-found', 'There is no such tenant');
  const { tenantId, parentId, name, cell, createdAt } = tenant;
  const facts = { tenantId, parentId, name, ...(cell === undefined ? {} : { cell }), createdAt };
  const { notify, retention, ...changes } = data.changes;
  const { settings: before } = tenant;
  const merged = {
    ...changes,
    ...(notify && { notify: withNotifyChanges(before.notify, notify) }),
    ...(retention && { retention: changesOf(before.retention, retention).after }),
  };
  const { changed, after: settings } = changesOf(before, merged);
  if (changed.length === 0) return [];
  return [{ type: 'TenantChanged', data: { ...facts, changed, settings } }];
};

const decide = (command: TenantCommand, tenant: Tenant): TenantEvent[] => {
  switch (command.type) {
    case 'RegisterTenant':
      return register(command, tenant);
    case 'ChangeTenant':
      return change(command, tenant);
  }
};

export const tenantDecider: Decider<Tenant, TenantCommand, TenantEvent> = {
  initialState: absentTenant,
  evolve: evolveTenant,
  decide,
};
