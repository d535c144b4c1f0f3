import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists of a tenant's deliveries, newest first, and replays of many of them. */
export class DeliveryLists1740000004000 implements MigrationInterface {
  name = 'DeliveryLists1740000004000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE delivery ADD COLUMN replaced_by uuid');
    await queryRunner.query('CREATE INDEX delivery_newest ON delivery (tenant_id, created_at, id)');
    await queryRunner.query('CREATE INDEX delivery_channel ON delivery (tenant_id, channel, created_at, id)');
    await queryRunner.query(
      'CREATE INDEX delivery_mailbox ON delivery (tenant_id, mailbox_id, created_at, id) WHERE mailbox_id IS NOT NULL',
    );
    await queryRunner.query(
      `CREATE INDEX delivery_purpose ON delivery (tenant_id, purpose, created_at, id) WHERE purpose <> 'message'`,
    );
    await queryRunner.query(`
      CREATE TABLE delivery_replay (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        filter jsonb NOT NULL,
        requested_by jsonb NOT NULL,
        correlation_id text NOT NULL,
        requested_at timestamptz NOT NULL,
        after_at timestamptz,
        after_id uuid,
        count integer NOT NULL,
        replayed integer NOT NULL DEFAULT 0,
        refused integer NOT NULL DEFAULT 0,
        finished_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      )`);
    await queryRunner.query(
      'CREATE INDEX delivery_replay_open ON delivery_replay (requested_at) WHERE finished_at IS NULL',
    );
    await registerReadModel(queryRunner, { table: 'delivery', key: ['tenant_id', 'id'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE delivery_replay');
    await queryRunner.query('DROP INDEX delivery_newest, delivery_channel, delivery_mailbox, delivery_purpose');
    await queryRunner.query('ALTER TABLE delivery DROP COLUMN replaced_by');
    await registerReadModel(queryRunner, { table: 'delivery', key: ['tenant_id', 'id'] });
  }
}
