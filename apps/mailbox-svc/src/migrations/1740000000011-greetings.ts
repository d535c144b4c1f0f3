import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What mailboxes say to callers. */
export class Greetings1740000000011 implements MigrationInterface {
  name = 'Greetings1740000000011';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE greeting (
        tenant_id uuid NOT NULL,
        mailbox_id uuid NOT NULL,
        kind text NOT NULL,
        recording jsonb,
        activation jsonb,
        earlier jsonb NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, mailbox_id, kind)
      )`);
    await registerReadModel(queryRunner, { table: 'greeting', key: ['tenant_id', 'mailbox_id', 'kind'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'greeting'");
    await queryRunner.query('DROP TABLE greeting');
  }
}
