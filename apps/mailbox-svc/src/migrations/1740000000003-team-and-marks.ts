import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A team's work on messages, and the heard states that members have for themselves. */
export class TeamAndMarks1740000000003 implements MigrationInterface {
  name = 'TeamAndMarks1740000000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    // No state is an open one: a process of the version before writes rows without it.
    await queryRunner.query(`
      ALTER TABLE message
        ADD COLUMN state text CHECK (state <> 'open'),
        ADD COLUMN assignee_user_id uuid,
        ADD COLUMN due_at timestamptz`);
    await queryRunner.query(`
      CREATE INDEX message_state ON message (tenant_id, mailbox_id, state, received_at DESC, id DESC)
      WHERE NOT deleted`);
    await queryRunner.query(`
      CREATE INDEX message_work ON message (tenant_id, state, received_at DESC, id DESC)
      WHERE NOT deleted AND state IS NOT NULL`);
    await queryRunner.query(`
      CREATE INDEX message_assignee ON message (tenant_id, assignee_user_id, received_at DESC, id DESC)
      WHERE NOT deleted AND assignee_user_id IS NOT NULL`);
    await queryRunner.query(`
      CREATE TABLE message_mark (
        tenant_id uuid NOT NULL,
        mailbox_id uuid NOT NULL,
        user_id uuid NOT NULL,
        message_id uuid NOT NULL,
        heard_at timestamptz,
        PRIMARY KEY (tenant_id, mailbox_id, user_id, message_id)
      )`);
    await registerReadModel(queryRunner, { table: 'message', key: ['tenant_id', 'id'] });
    await registerReadModel(queryRunner, {
      table: 'message_mark',
      key: ['tenant_id', 'mailbox_id', 'user_id', 'message_id'],
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'message_mark'");
    await queryRunner.query('DROP TABLE message_mark');
    await queryRunner.query('ALTER TABLE message DROP COLUMN state, DROP COLUMN assignee_user_id, DROP COLUMN due_at');
    await registerReadModel(queryRunner, { table: 'message', key: ['tenant_id', 'id'] });
  }
}
