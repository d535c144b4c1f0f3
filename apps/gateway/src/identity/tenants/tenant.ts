import { initialTenantNotify, keepsAll, type Tenant as TenantView } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

/** The person who may administer a new tenant; the password's hash waits in the credential table. */
export interface Founder {
  userId: string;
  shortId: number;
  username: string;
  email: string | null;
}

/** What an administrator may set. */
export type Settings = Pick<TenantView, 'multipleSharedMailboxes' | 'notify' | 'retention'>;

export const initialSettings: Settings = {
  multipleSharedMailboxes: true,
  notify: initialTenantNotify,
  retention: keepsAll,
};

/** As they are stored: earlier events have only those of their time. */
export type StoredSettings = Partial<Settings>;

export const settingsFrom = (stored: StoredSettings): Settings => ({ ...initialSettings, ...stored });

interface Facts {
  tenantId: string;
  /** Null for the platform's first tenant. */
  parentId: string | null;
  name: string;
  /** Where it lives; absent in tenants from before cells were recorded, which live in the gateway's own. */
  cell?: string;
  createdAt: string;
}

export type TenantRegistered = DomainEvent<
  'TenantRegistered',
  Facts & {
    /** From the platform's first tenant down to the parent. */
    ancestors: string[];
    founder: Founder;
  }
>;

export type TenantChanged = DomainEvent<
  'TenantChanged',
  Facts & {
    /** Names of the changed settings. */
    changed: string[];
    /** All of them as they are now, so that publishing needs no other event. */
    settings: StoredSettings;
  }
>;

export type TenantEvent = TenantRegistered | TenantChanged;

export type RegisteredTenant = Facts & { status: 'registered'; ancestors: string[]; settings: Settings };

export type Tenant = { status: 'absent' } | RegisteredTenant;

export const absentTenant: Tenant = { status: 'absent' };

export const evolveTenant = (state: Tenant, event: TenantEvent): Tenant => {
  switch (event.type) {
    case 'TenantRegistered': {
      const { founder: _, ...facts } = event.data;
      return { status: 'registered', ...facts, settings: initialSettings };
    }
    case 'TenantChanged':
      return state.status === 'registered' ? { ...state, settings: settingsFrom(event.data.settings) } : state;
  }
};
