import type { ServiceToken } from '@aftertone/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'service_tokens' })
export class ServiceTokenRow {
  @PrimaryColumn({ name: 'tenant_id', type: 'uuid' })
  tenantId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', array: true })
  acl!: string[];

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'created_by', type: 'uuid' })
  createdBy!: string;
}

/** When a service token was shown last: kept apart, because no event tells of it. */
@Entity({ name: 'service_token_uses' })
export class ServiceTokenUseRow {
  @PrimaryColumn({ name: 'tenant_id', type: 'uuid' })
  tenantId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'used_at', type: 'timestamptz' })
  usedAt!: Date;
}

export const serviceTokenFrom = (row: ServiceTokenRow, lastUsedAt: Date | undefined): ServiceToken => ({
  ...row,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});
