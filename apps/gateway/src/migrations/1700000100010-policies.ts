import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

// The version before this one writes users and tenants without the new columns: null is what was before them.
const tables = `
CREATE TABLE policies (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  description text,
  acl text[] NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

ALTER TABLE users ADD COLUMN policy_ids uuid[];
ALTER TABLE tenants ADD COLUMN multiple_shared_mailboxes boolean;
ALTER TABLE tenants ADD COLUMN version integer;

CREATE TABLE service_tokens (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  acl text[] NOT NULL,
  expires_at timestamptz,
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE service_token_secrets (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  token_hash text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX service_token_secrets_by_hash ON service_token_secrets (token_hash);
CREATE INDEX service_token_secrets_by_id ON service_token_secrets (id);

-- No event tells of a use: it is written beside the log.
CREATE TABLE service_token_uses (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  used_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX tokens_by_id ON tokens (token_id);
`;

export class Policies1700000100010 implements MigrationInterface {
  name = 'Policies1700000100010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tables);
    const key = ['tenant_id', 'id'] as const;
    for (const table of ['tenants', 'users', 'policies', 'service_tokens', 'service_token_uses']) {
      await registerReadModel(queryRunner, { table, key });
    }
    await registerReadModel(queryRunner, { table: 'service_token_secrets', key, readable: false });
  }

  async down(): Promise<void> {
    throw new Error('policies are not taken away by a migration: drop the database');
  }
}
