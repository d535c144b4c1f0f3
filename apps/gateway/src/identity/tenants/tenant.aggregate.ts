import type { Aggregate, ClaimChange } from '@aftertone/event-store';
import { type TenantCommand, tenantDecider } from './tenant.decider.ts';
import type { RegisteredTenant, Tenant, TenantEvent } from './tenant.ts';

/**
 * Tenants are registered in no tenant: their streams and the claims on their names, which are unique on the whole
 * platform, live under this id.
 */
export const registryTenantId = '00000000-0000-0000-0000-000000000000';

const rootKey = 'first';

const claimsOf = ({ name, parentId }: RegisteredTenant): ClaimChange[] => [
  { scope: 'tenant-name', key: name, action: 'take' },
  // Replicas that start at once on an empty platform must not make two first tenants.
  ...(parentId === null ? [{ scope: 'tenant-root', key: rootKey, action: 'take' } as const] : []),
];

export const tenantAggregate: Aggregate<Tenant, TenantCommand, TenantEvent> = {
  type: 'tenant',
  decider: tenantDecider,
  codecs: { TenantRegistered: { schemaVersion: 1 }, TenantChanged: { schemaVersion: 1 } },
  effects: (before, after, events, { version }) => {
    if (after.status !== 'registered' || events.length === 0) return {};
    const { tenantId, parentId, ancestors, name, cell, createdAt, settings } = after;
    const lineage = [...ancestors, tenantId];
    return {
      rows: [
        {
          table: 'tenants',
          op: 'upsert',
          row: {
            id: tenantId,
            parent_id: parentId,
            lineage,
            name,
            cell: cell ?? null,
            multiple_shared_mailboxes: settings.multipleSharedMailboxes,
            notify: settings.notify,
            retention: settings.retention,
            created_at: createdAt,
            version,
          },
        },
      ],
      claims: before.status === 'absent' ? claimsOf(after) : [],
    };
  },
};
