import type { Tenant } from '@aftertone/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

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

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

export const tenantFrom = ({ id, parentId, name, createdAt }: TenantRow): Tenant => ({
  id,
  parentId,
  name,
  createdAt: createdAt.toISOString(),
});
