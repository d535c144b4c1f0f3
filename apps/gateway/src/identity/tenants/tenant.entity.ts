import type { Tenant } from '@aftertone/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { initialSettings } from './tenant.ts';

@Entity({ name: 'tenants' })
export class TenantRow {
  /** That of the registry. */
  @PrimaryColumn({ name: 'tenant_id', type: 'uuid' })
  tenantId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'parent_id', type: 'uuid', nullable: true })
  parentId!: string | null;

  @Column({ type: 'text' })
  name!: string;

  /** Null: the gateway's own. */
  @Column({ type: 'text', nullable: true })
  cell!: string | null;

  /** Settings are null in rows from before there were such. */
  @Column({ name: 'multiple_shared_mailboxes', type: 'boolean', nullable: true })
  multipleSharedMailboxes!: boolean | null;

  @Column({ type: 'jsonb', nullable: true })
  notify!: Tenant['notify'] | null;

  @Column({ type: 'jsonb', nullable: true })
  retention!: Tenant['retention'] | null;

  @Column({ type: 'integer', nullable: true })
  version!: number | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** `home`: the gateway's own cell. */
export const tenantFrom = (row: TenantRow, home: string): Tenant => ({
  id: row.id,
  parentId: row.parentId,
  name: row.name,
  multipleSharedMailboxes: row.multipleSharedMailboxes ?? initialSettings.multipleSharedMailboxes,
  notify: row.notify ?? initialSettings.notify,
  retention: row.retention ?? initialSettings.retention,
  cell: row.cell ?? home,
  createdAt: row.createdAt.toISOString(),
  version: row.version ?? 1,
});
