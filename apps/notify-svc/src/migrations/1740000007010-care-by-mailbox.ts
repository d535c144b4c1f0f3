import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Care is taken of a message where it is then: moved to another mailbox, it is new to the people there. */
export class CareByMailbox1740000007010 implements MigrationInterface {
  name = 'CareByMailbox1740000007010';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Zeros: any mailbox, as of what was recorded before.
    await queryRunner.query(`
      ALTER TABLE message_care
        ADD COLUMN mailbox_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        ADD COLUMN message_version integer NOT NULL DEFAULT 0,
        DROP CONSTRAINT message_care_pkey,
        ADD PRIMARY KEY (tenant_id, message_id, mailbox_id, user_id, reason)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE message_care
        DROP CONSTRAINT message_care_pkey,
        DROP COLUMN mailbox_id,
        DROP COLUMN message_version`);
    await queryRunner.query(`
      DELETE FROM message_care a USING message_care b
      WHERE a.ctid > b.ctid AND (a.tenant_id, a.message_id, a.user_id, a.reason) =
        (b.tenant_id, b.message_id, b.user_id, b.reason)`);
    await queryRunner.query('ALTER TABLE message_care ADD PRIMARY KEY (tenant_id, message_id, user_id, reason)');
  }
}
