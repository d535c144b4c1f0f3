import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhooks, how they do, and to which of them nothing is sent now. */
export class Webhooks1740000002000 implements MigrationInterface {
  name = 'Webhooks1740000002000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE webhook (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        mailbox_id uuid,
        name text NOT NULL,
        url text NOT NULL,
        events text[] NOT NULL,
        format text NOT NULL,
        enabled boolean NOT NULL,
        notice_to text,
        header_names text[] NOT NULL,
        paused jsonb,
        previous_until timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await queryRunner.query('CREATE INDEX webhook_mailbox ON webhook (tenant_id, mailbox_id, id)');
    await queryRunner.query(`
      CREATE TABLE endpoint_hold (
        tenant_id uuid NOT NULL,
        endpoint text NOT NULL,
        PRIMARY KEY (tenant_id, endpoint)
      )`);
    await queryRunner.query(`
      CREATE TABLE webhook_health (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        failing_since timestamptz,
        failures integer NOT NULL,
        last_success_at timestamptz,
        last_status integer,
        PRIMARY KEY (tenant_id, id)
      ) WITH (fillfactor = 50)`);
    await registerReadModel(queryRunner, { table: 'webhook', key: ['tenant_id', 'id'] });
    await registerReadModel(queryRunner, { table: 'endpoint_hold', key: ['tenant_id', 'endpoint'], readable: false });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE webhook, endpoint_hold, webhook_health');
    await queryRunner.query("DELETE FROM read_model WHERE table_name IN ('webhook', 'endpoint_hold')");
  }
}
