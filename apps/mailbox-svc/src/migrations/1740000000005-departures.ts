import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is a user no more, and the messages that people have in hand, deleted ones too. */
export class Departures1740000000005 implements MigrationInterface {
  name = 'Departures1740000000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE departed_user (
        tenant_id uuid NOT NULL,
        user_id uuid NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        correlation_id text NOT NULL,
        causation_id text,
        swept_at timestamptz,
        PRIMARY KEY (tenant_id, user_id)
      )`);
    await queryRunner.query('CREATE INDEX departed_user_due ON departed_user (at, user_id) WHERE swept_at IS NULL');
    await registerReadModel(queryRunner, {
      table: 'departed_user',
      key: ['tenant_id', 'user_id'],
      readable: false,
    });
    await queryRunner.query(
      "CREATE INDEX message_in_hand_of ON message (tenant_id, assignee_user_id, id) WHERE state = 'claimed'",
    );
    await queryRunner.query(
      "CREATE INDEX message_in_hand_in ON message (tenant_id, mailbox_id, id) WHERE state = 'claimed'",
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX message_in_hand_of, message_in_hand_in');
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'departed_user'");
    await queryRunner.query('DROP TABLE departed_user');
  }
}
