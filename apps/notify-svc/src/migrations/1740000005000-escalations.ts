import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When escalations go on, and who has taken care of which messages. */
export class Escalations1740000005000 implements MigrationInterface {
  name = 'Escalations1740000005000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE escalation_timer (
        tenant_id uuid NOT NULL,
        message_id uuid NOT NULL,
        mailbox_id uuid NOT NULL,
        correlation_id text NOT NULL,
        due_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, message_id)
      )`);
    await queryRunner.query('CREATE INDEX escalation_timer_due ON escalation_timer (due_at)');
    await queryRunner.query('CREATE INDEX escalation_timer_mailbox ON escalation_timer (tenant_id, mailbox_id)');
    // Who took care: one user, or everybody (user of zeros).
    await queryRunner.query(`
      CREATE TABLE message_care (
        tenant_id uuid NOT NULL,
        message_id uuid NOT NULL,
        user_id uuid NOT NULL,
        reason text NOT NULL,
        by_user_id uuid,
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, message_id, user_id, reason)
      )`);
    await queryRunner.query('CREATE INDEX message_care_age ON message_care (at)');
    await registerReadModel(queryRunner, {
      table: 'escalation_timer',
      key: ['tenant_id', 'message_id'],
      readable: false,
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE message_care, escalation_timer');
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'escalation_timer'");
  }
}
