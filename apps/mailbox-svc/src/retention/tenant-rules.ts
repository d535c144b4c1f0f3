import { type CloudEvent, contractEvents, id, keepsAll, type Retention, retention } from '@aftertone/contracts';
import { asStoreError } from '@aftertone/event-store';
import { z } from 'zod';
import { eventData } from '../calls/event-data.ts';
import type { Ground } from '../ground/ground.ts';

const { tenantCreated, tenantUpdated } = contractEvents;

/** The little that is needed here: what else a tenant is may change without harm. */
const tenantNews = z.object({
  tenantId: id,
  tenant: z.object({ retention: retention.default(keepsAll) }),
});

/** mailbox-svc's own copy of what tenants say about retention, kept by events of the gateway. */
export class TenantRules {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** Events may come twice and late; other types are passed over. Throws `event-unreadable`. */
  async apply(events: readonly CloudEvent[]): Promise<void> {
    for (const event of events) {
      if (event.type !== tenantCreated.type && event.type !== tenantUpdated.type) continue;
      const { tenantId, tenant } = eventData({ ...tenantUpdated, data: tenantNews }, event);
      await this.record(tenantId, tenant.retention, event.streamversion);
    }
  }

  private async record(tenantId: string, rules: Retention, version: number): Promise<void> {
    const { heardDays, unheardDays, trashDays, deletedDays } = rules;
    const values = [tenantId, heardDays, unheardDays, trashDays, deletedDays, version];
    await this.ground.store.pool
      .query(
        `INSERT INTO tenant_retention AS t (tenant_id, heard_days, unheard_days, trash_days, deleted_days, version)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id) DO UPDATE SET heard_days = excluded.heard_days, unheard_days = excluded.unheard_days,
           trash_days = excluded.trash_days, deleted_days = excluded.deleted_days, version = excluded.version
         WHERE t.version < excluded.version`,
        values,
      )
      .catch((error: unknown) => {
        throw asStoreError(error);
      });
  }
}
