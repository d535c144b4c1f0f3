import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Members of shared mailboxes, what users may do in global ones, and whose heard states are own ones. */
export class Sharing1740000000002 implements MigrationInterface {
  name = 'Sharing1740000000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Null is the default: a process of the version before writes rows without them.
    await queryRunner.query('ALTER TABLE mailbox ADD COLUMN default_role text, ADD COLUMN heard_state text');
    await queryRunner.query(`
      CREATE TABLE mailbox_member (
        tenant_id uuid NOT NULL,
        user_id uuid NOT NULL,
        mailbox_id uuid NOT NULL,
        role text,
        rights text[] NOT NULL,
        since timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, user_id, mailbox_id)
      )`);
    await queryRunner.query('CREATE INDEX mailbox_member_of ON mailbox_member (tenant_id, mailbox_id, user_id)');
    // Owners count in mailboxes of every type now.
    await queryRunner.query(`
      INSERT INTO mailbox_owner (tenant_id, user_id, mailbox_id)
      SELECT tenant_id, unnest(owner_user_ids), id FROM mailbox ON CONFLICT DO NOTHING`);
    await registerReadModel(queryRunner, { table: 'mailbox', key: ['tenant_id', 'id'] });
    await registerReadModel(queryRunner, { table: 'mailbox_member', key: ['tenant_id', 'user_id', 'mailbox_id'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'mailbox_member'");
    await queryRunner.query('DROP TABLE mailbox_member');
    await queryRunner.query('ALTER TABLE mailbox DROP COLUMN default_role, DROP COLUMN heard_state');
    await registerReadModel(queryRunner, { table: 'mailbox', key: ['tenant_id', 'id'] });
  }
}
