import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

// Null is the gateway's own cell. The version before this one writes tenants without it, and knows one cell only.
const columns = 'ALTER TABLE tenants ADD COLUMN cell text';

export class Cells1700000100060 implements MigrationInterface {
  name = 'Cells1700000100060';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(columns);
    await registerReadModel(queryRunner, { table: 'tenants', key: ['tenant_id', 'id'] });
  }

  async down(): Promise<void> {
    throw new Error('cells are not taken away by a migration: drop the database');
  }
}
