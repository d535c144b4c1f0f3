import { initialUserNotify, type User } from '@aftertone/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'users' })
export class UserRow {
  @PrimaryColumn({ name: 'tenant_id', type: 'uuid' })
  tenantId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'short_id', type: 'integer' })
  shortId!: number;

  @Column({ type: 'text' })
  username!: string;

  @Column({ name: 'first_name', type: 'text', nullable: true })
  firstName!: string | null;

  @Column({ name: 'last_name', type: 'text', nullable: true })
  lastName!: string | null;

  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column({ type: 'text', nullable: true })
  timezone!: string | null;

  @Column({ type: 'text', nullable: true })
  language!: string | null;

  @Column({ type: 'text' })
  role!: User['role'];

  /** Null in rows from before there were policies. */
  @Column({ name: 'policy_ids', type: 'uuid', array: true, nullable: true })
  policyIds!: string[] | null;

  /** Null in rows from before there was such a thing. */
  @Column({ type: 'jsonb', nullable: true })
  notify!: User['notify'] | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  @Column({ type: 'integer' })
  version!: number;
}

export const userFrom = ({ createdAt, updatedAt, policyIds, notify, ...row }: UserRow): User => ({
  ...row,
  policyIds: policyIds ?? [],
  notify: notify ?? initialUserNotify,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
