import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What mailboxes and messages are read from. */
export class ReadModels1740000000000 implements MigrationInterface {
  name = 'ReadModels1740000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE mailbox (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        short_id integer NOT NULL,
        number text NOT NULL,
        context text NOT NULL,
        name text NOT NULL,
        access_type text NOT NULL,
        owner_user_ids uuid[] NOT NULL,
        timezone text NOT NULL,
        language text NOT NULL,
        quota jsonb NOT NULL,
        notify jsonb NOT NULL,
        extra jsonb NOT NULL,
        has_pin boolean NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await queryRunner.query('CREATE INDEX mailbox_number ON mailbox (tenant_id, context, number)');
    await queryRunner.query('CREATE INDEX mailbox_access ON mailbox (tenant_id, access_type)');
    await queryRunner.query(`
      CREATE TABLE mailbox_owner (
        tenant_id uuid NOT NULL,
        user_id uuid NOT NULL,
        mailbox_id uuid NOT NULL,
        PRIMARY KEY (tenant_id, user_id, mailbox_id)
      )`);
    await queryRunner.query(`
      CREATE TABLE message (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        mailbox_id uuid NOT NULL,
        folder text NOT NULL,
        heard_at timestamptz,
        urgent boolean NOT NULL,
        confidential boolean NOT NULL,
        caller_number text,
        caller_name text,
        called_number text,
        call_id text,
        received_at timestamptz NOT NULL,
        content jsonb NOT NULL,
        copied_from uuid,
        deleted boolean NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await queryRunner.query(`
      CREATE INDEX message_mailbox ON message (tenant_id, mailbox_id, received_at DESC, id DESC) WHERE NOT deleted`);
    await queryRunner.query(`
      CREATE INDEX message_folder ON message (tenant_id, mailbox_id, folder, received_at DESC, id DESC)
      WHERE NOT deleted`);
    await queryRunner.query(`
      CREATE INDEX message_caller ON message (tenant_id, caller_number, received_at DESC, id DESC)
      WHERE NOT deleted AND caller_number IS NOT NULL`);
    await queryRunner.query(`
      CREATE INDEX message_received ON message (tenant_id, received_at DESC, id DESC) WHERE NOT deleted`);
    // The purge of a closed mailbox looks for the deleted ones too.
    await queryRunner.query('CREATE INDEX message_all_of_mailbox ON message (tenant_id, mailbox_id, id)');
    await queryRunner.query('CREATE SEQUENCE mailbox_short_id AS integer');
    await registerReadModel(queryRunner, { table: 'mailbox', key: ['tenant_id', 'id'] });
    await registerReadModel(queryRunner, { table: 'mailbox_owner', key: ['tenant_id', 'user_id', 'mailbox_id'] });
    await registerReadModel(queryRunner, { table: 'message', key: ['tenant_id', 'id'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE message, mailbox_owner, mailbox');
    await queryRunner.query('DROP SEQUENCE mailbox_short_id');
    await queryRunner.query("DELETE FROM read_model WHERE table_name IN ('message', 'mailbox_owner', 'mailbox')");
  }
}
