import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For how long tenants keep messages. The version before writes tenants without it: null is for ever. */
export class Retention1700000100070 implements MigrationInterface {
  name = 'Retention1700000100070';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE tenants ADD COLUMN retention jsonb');
    await registerReadModel(queryRunner, { table: 'tenants', key: ['tenant_id', 'id'] });
  }

  async down(): Promise<void> {
    throw new Error('settings are not taken away by a migration: drop the database');
  }
}
