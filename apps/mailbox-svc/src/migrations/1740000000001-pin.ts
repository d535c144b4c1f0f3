import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** PINs as Argon2id with the tries that were made. Written with the event that tells of the change, never rebuilt. */
export class Pin1740000000001 implements MigrationInterface {
  name = 'Pin1740000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE mailbox_pin (
        tenant_id uuid NOT NULL,
        mailbox_id uuid NOT NULL,
        hash text NOT NULL,
        tries integer NOT NULL,
        locked_until timestamptz,
        PRIMARY KEY (tenant_id, mailbox_id)
      )`);
    await registerReadModel(queryRunner, { table: 'mailbox_pin', key: ['tenant_id', 'mailbox_id'], readable: false });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE mailbox_pin');
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'mailbox_pin'");
  }
}
