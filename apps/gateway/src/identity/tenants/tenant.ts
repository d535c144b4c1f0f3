import type { DomainEvent } from '@aftertone/kernel';

/** The person who may administer a new tenant; the password's hash waits in the credential table. */
export interface Founder {
  userId: string;
  shortId: number;
  username: string;
  email: string | null;
}

export type TenantRegistered = DomainEvent<
  'TenantRegistered',
  {
    tenantId: string;
    /** Null for the platform's first tenant. */
    parentId: string | null;
    /** From the platform's first tenant down to the parent. */
    ancestors: string[];
    name: string;
    founder: Founder;
    createdAt: string;
  }
>;

export type TenantEvent = TenantRegistered;

export type Tenant =
  | { status: 'absent' }
  | {
      status: 'registered';
      tenantId: string;
      parentId: string | null;
      ancestors: string[];
      name: string;
      createdAt: string;
    };

export const absentTenant: Tenant = { status: 'absent' };

export const evolveTenant = (_state: Tenant, event: TenantEvent): Tenant => {
  switch (event.type) {
    case 'TenantRegistered': {
      const { founder: _, ...facts } = event.data;
      return { status: 'registered', ...facts };
    }
  }
};
