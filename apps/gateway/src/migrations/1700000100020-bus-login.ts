import type { MigrationInterface, QueryRunner } from 'typeorm';

// No reader gets to see it: it holds what the bus takes for a password.
const table = `
CREATE TABLE bus_login (
  tenant_id uuid NOT NULL,
  token_id uuid NOT NULL,
  password_hash text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, token_id)
);
`;

export class BusLogin1700000100020 implements MigrationInterface {
  name = 'BusLogin1700000100020';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(table);
  }

  async down(): Promise<void> {
    throw new Error('log-ins on the bus are not taken away by a migration: drop the database');
  }
}
