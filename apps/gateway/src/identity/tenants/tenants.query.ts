import type { Tenant } from '@aftertone/contracts';
import { asTenant } from '@aftertone/event-store';
import { tenantNotFound } from '../../access/refusals.ts';
import type { Database } from '../../database/database.ts';
import { findById, type PageRequest, pageById } from '../page-by-id.ts';
import { registryTenantId } from './tenant.aggregate.ts';
import { TenantRow, tenantFrom } from './tenant.entity.ts';

/** A tenant and those below it: row-level security shows nothing else. */
export class TenantsQuery {
  private readonly database: Database;
  private readonly home: string;

  /** `home`: the gateway's own cell. */
  constructor(database: Database, home: string) {
    this.database = database;
    this.home = home;
  }

  list(tenantId: string, page: PageRequest): Promise<{ items: Tenant[]; next: string | null }> {
    return asTenant(this.database.reader, tenantId, async (manager) =>
      pageById(await manager.find(TenantRow, findById(page)), page, (row) => tenantFrom(row, this.home)),
    );
  }

  /** Throws `tenant-not-found`. */
  read(tenantId: string, id: string): Promise<Tenant> {
    return asTenant(this.database.reader, tenantId, async (manager) => {
      const row = await manager.findOneBy(TenantRow, { tenantId: registryTenantId, id });
      if (row === null) throw tenantNotFound();
      return tenantFrom(row, this.home);
    });
  }
}
