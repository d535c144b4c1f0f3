import type { TenantChanges, Tenant as TenantView } from '@aftertone/contracts';
import type { EventMeta } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import type { Cells } from '../../cells/cells.ts';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../directory.ts';
import { tenantRefusal } from '../guards.ts';
import type { Passwords } from '../passwords.ts';
import { credentialRow } from '../users/credential-row.ts';
import type { FounderAppointment } from './founder-appointment.ts';
import { registryTenantId, tenantAggregate } from './tenant.aggregate.ts';
import type { NewTenant } from './tenant.routes.ts';
import { initialSettings } from './tenant.ts';

export interface TenantsParts {
  database: Database;
  directory: Directory;
  cells: Pick<Cells, 'home' | 'named'>;
  passwords: Passwords;
  founders: FounderAppointment;
}

/** Registers tenants, each with its first administrator. */
export class Tenants {
  private readonly parts: TenantsParts;

  constructor(parts: TenantsParts) {
    this.parts = parts;
  }

  /**
   * Below `parentId` and, unless told, in its cell; or the platform's first one when that is null. Throws
   * `tenant-name-taken`, `unknown-cell`, or `root-tenant-exists` for a second first one.
   */
  async create(
    parentId: string | null,
    { name, admin, cell: wanted }: NewTenant,
    meta: EventMeta,
  ): Promise<TenantView> {
    const { database, directory, cells, passwords, founders } = this.parts;
    const parentCell = parentId === null ? null : await directory.cellOf(parentId);
    const cell = cells.named(wanted ?? parentCell ?? cells.home.name).name;
    const ancestors = parentId === null ? [] : await directory.lineage(parentId);
    const passwordHash = await passwords.hash(admin.password);
    const [tenantId, userId] = [newId(), newId()];
    const founder = { userId, shortId: await directory.nextShortId(), username: admin.username, email: admin.email };
    const now = database.clock().toISOString();
    const { events } = await database.store.handle(tenantAggregate, {
      tenantId: registryTenantId,
      id: tenantId,
      isNew: true,
      command: { type: 'RegisterTenant', data: { tenantId, parentId, ancestors, name, cell, founder }, meta: { now } },
      meta,
      extraRows: [credentialRow(userId, passwordHash)],
      onGuard: tenantRefusal,
    });
    // A reaction does it when this process ends here.
    await founders.handle(events);
    return { id: tenantId, parentId, name, ...initialSettings, cell, createdAt: now, version: 1 };
  }

  /** Settings of a tenant that the caller may see. Throws `version-mismatch`. */
  async change(id: string, changes: TenantChanges, ifVersion: number | undefined, meta: EventMeta): Promise<void> {
    await this.parts.database.store.handle(tenantAggregate, {
      tenantId: registryTenantId,
      id,
      ...(ifVersion === undefined ? {} : { expectedVersion: ifVersion }),
      command: { type: 'ChangeTenant', data: { changes }, meta: { now: this.parts.database.clock().toISOString() } },
      meta,
      onGuard: tenantRefusal,
    });
  }
}
