import { readerRole, registerReadModel, tenantSetting } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
CREATE SEQUENCE user_short_id AS integer;

-- All of them are rows of the registry; lineage is from the platform's first tenant down to this one.
CREATE TABLE tenants (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  parent_id uuid,
  lineage uuid[] NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX tenants_by_name ON tenants (name);
CREATE INDEX tenants_by_lineage ON tenants USING gin (lineage);

CREATE TABLE users (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  short_id integer NOT NULL,
  username text NOT NULL,
  first_name text,
  last_name text,
  email text,
  timezone text,
  language text,
  role text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX users_by_username ON users (tenant_id, lower(username));

-- A new password is a new generation, which ends every token of the one before.
CREATE TABLE credentials (
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  password_hash text NOT NULL,
  generation uuid NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
);

CREATE TABLE tokens (
  tenant_id uuid NOT NULL,
  token_hash text NOT NULL,
  token_id uuid NOT NULL,
  user_id uuid NOT NULL,
  generation uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, token_hash)
);
CREATE UNIQUE INDEX tokens_by_hash ON tokens (token_hash);
CREATE INDEX tokens_by_end ON tokens (expires_at);

CREATE TABLE login_attempts (
  subject text PRIMARY KEY,
  attempts integer NOT NULL,
  ends_at timestamptz NOT NULL
);
CREATE INDEX login_attempts_by_end ON login_attempts (ends_at);
`;

/** A tenant sees itself and what is below it, beside the usual rule that it sees rows of its own. */
const lineagePolicy = `
CREATE POLICY lineage ON tenants FOR SELECT TO ${readerRole}
  USING (lineage @> ARRAY[nullif(current_setting('${tenantSetting}', true), '')::uuid]);
`;

export class Identity1700000100001 implements MigrationInterface {
  name = 'Identity1700000100001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tables);
    await registerReadModel(queryRunner, { table: 'tenants', key: ['tenant_id', 'id'] });
    await queryRunner.query(lineagePolicy);
    await registerReadModel(queryRunner, { table: 'users', key: ['tenant_id', 'id'] });
    await registerReadModel(queryRunner, { table: 'credentials', key: ['tenant_id', 'user_id'], readable: false });
    await registerReadModel(queryRunner, { table: 'tokens', key: ['tenant_id', 'token_hash'], readable: false });
  }

  async down(): Promise<void> {
    throw new Error('identity is not taken away by a migration: drop the database');
  }
}
