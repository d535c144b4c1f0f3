import type { ServiceName } from '@aftertone/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'subscriptions' })
export class SubscriptionRow {
  @PrimaryColumn({ name: 'tenant_id', type: 'uuid' })
  tenantId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'owner_kind', type: 'text' })
  ownerKind!: 'user' | 'service';

  @Column({ name: 'owner_id', type: 'uuid' })
  ownerId!: string;

  @Column({ name: 'owner_tenant_id', type: 'uuid' })
  ownerTenantId!: string;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'text', array: true, nullable: true })
  types!: string[] | null;

  @Column({ type: 'integer' })
  slot!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** By service: the first log position of which something may not be acknowledged yet. */
export type Positions = Partial<Record<ServiceName, number>>;

/** How far a subscription has come: kept apart, because no event tells of it. */
@Entity({ name: 'subscription_progress' })
export class SubscriptionProgressRow {
  @PrimaryColumn({ name: 'tenant_id', type: 'uuid' })
  tenantId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Cursors of the stretch of history that its reader has yet to read; both null when there is none. */
  @Column({ name: 'replay_after', type: 'text', nullable: true })
  replayAfter!: string | null;

  @Column({ name: 'replay_until', type: 'text', nullable: true })
  replayUntil!: string | null;

  /** Patterns of the owner's ACL that its filters do not say exactly. */
  @Column({ type: 'text', array: true })
  inexact!: string[];

  /** Its consumers, as `<stream>.<consumer>`. */
  @Column({ type: 'text', array: true })
  consumers!: string[];

  @Column({ type: 'jsonb' })
  positions!: Positions;
}
