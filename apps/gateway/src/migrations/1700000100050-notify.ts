import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

// The version before this one writes users and tenants without the new columns: null is what was before them.
const columns = `
ALTER TABLE users ADD COLUMN notify jsonb;
ALTER TABLE tenants ADD COLUMN notify jsonb;
`;

export class Notify1700000100050 implements MigrationInterface {
  name = 'Notify1700000100050';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(columns);
    for (const table of ['tenants', 'users']) await registerReadModel(queryRunner, { table, key: ['tenant_id', 'id'] });
  }

  async down(): Promise<void> {
    throw new Error('settings are not taken away by a migration: drop the database');
  }
}
