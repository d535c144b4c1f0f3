import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a mailbox had room again, and how long its messages may be together. */
export class FullMailboxes1740000006010 implements MigrationInterface {
  name = 'FullMailboxes1740000006010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE known_counts ADD COLUMN room_at timestamptz');
    await queryRunner.query('ALTER TABLE known_mailbox ADD COLUMN max_total_seconds integer');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE known_mailbox DROP COLUMN max_total_seconds');
    await queryRunner.query('ALTER TABLE known_counts DROP COLUMN room_at');
  }
}
