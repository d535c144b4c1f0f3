import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Devices that get pushes, gateways for SMS and fax, and what a badge is counted from. */
export class DevicesAndGateways1740000003000 implements MigrationInterface {
  name = 'DevicesAndGateways1740000003000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE device (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        platform text NOT NULL,
        name text,
        language text,
        endpoint text NOT NULL,
        slot integer NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await queryRunner.query('CREATE INDEX device_user ON device (tenant_id, user_id, id)');
    // No event tells of it: it is written beside the log.
    await queryRunner.query(`
      CREATE TABLE device_success (
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, device_id)
      )`);
    await queryRunner.query(`
      CREATE TABLE message_gateway (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        settings jsonb NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, kind)
      )`);
    // A member's own view of a mailbox: how much fewer messages are new than for everybody.
    await queryRunner.query(
      'ALTER TABLE known_counts ADD COLUMN own_new integer, ADD COLUMN own_states boolean NOT NULL DEFAULT false',
    );
    await registerReadModel(queryRunner, { table: 'device', key: ['tenant_id', 'id'] });
    await registerReadModel(queryRunner, { table: 'device_success', key: ['tenant_id', 'device_id'] });
    await registerReadModel(queryRunner, { table: 'message_gateway', key: ['tenant_id', 'kind'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE known_counts DROP COLUMN own_new, DROP COLUMN own_states');
    await queryRunner.query('DROP TABLE message_gateway, device_success, device');
    await queryRunner.query(
      "DELETE FROM read_model WHERE table_name IN ('device', 'device_success', 'message_gateway')",
    );
  }
}
