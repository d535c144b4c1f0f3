import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
CREATE TABLE subscriptions (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  owner_kind text NOT NULL,
  owner_id uuid NOT NULL,
  owner_tenant_id uuid NOT NULL,
  name text,
  types text[],
  slot integer NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX subscriptions_by_owner ON subscriptions (owner_id);
CREATE INDEX subscriptions_by_id ON subscriptions (id);

-- No event tells of it: it is written beside the log.
CREATE TABLE subscription_progress (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  replay_after text,
  replay_until text,
  inexact text[] NOT NULL,
  consumers text[] NOT NULL,
  positions jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX subscription_progress_by_id ON subscription_progress (id);
`;

export class Subscriptions1700000100040 implements MigrationInterface {
  name = 'Subscriptions1700000100040';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tables);
    for (const table of ['subscriptions', 'subscription_progress'])
      await registerReadModel(queryRunner, { table, key: ['tenant_id', 'id'] });
  }

  async down(): Promise<void> {
    throw new Error('subscriptions are not taken away by a migration: drop the database');
  }
}
