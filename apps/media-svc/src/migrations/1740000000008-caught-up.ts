import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When nothing waited for a consumer: what is missing from the bus since then was erased, and is no gap. */
export class CaughtUp1740000000008 implements MigrationInterface {
  name = 'CaughtUp1740000000008';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE applied_events ADD COLUMN caught_up_at timestamptz');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE applied_events DROP COLUMN caught_up_at');
  }
}
