import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When webhooks were held, what they were not told of meanwhile, and what a replay left out. */
export class HeldWebhooks1740000007080 implements MigrationInterface {
  name = 'HeldWebhooks1740000007080';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE webhook ADD COLUMN holds jsonb NOT NULL DEFAULT '[]'`);
    await registerReadModel(queryRunner, { table: 'webhook', key: ['tenant_id', 'id'] });
    await queryRunner.query('ALTER TABLE delivery_replay ADD COLUMN skipped integer NOT NULL DEFAULT 0');
    await queryRunner.query(`
      CREATE TABLE webhook_missed (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        count integer NOT NULL,
        since timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE webhook_missed');
    await queryRunner.query('ALTER TABLE delivery_replay DROP COLUMN skipped');
    await queryRunner.query('ALTER TABLE webhook DROP COLUMN holds');
    await registerReadModel(queryRunner, { table: 'webhook', key: ['tenant_id', 'id'] });
  }
}
