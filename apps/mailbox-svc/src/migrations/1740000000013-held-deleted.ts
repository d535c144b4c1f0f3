import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For the list of what is deleted and held. */
export class HeldDeleted1740000000013 implements MigrationInterface {
  name = 'HeldDeleted1740000000013';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE INDEX message_held_deleted ON message (tenant_id, received_at DESC, id DESC)
       WHERE deleted AND legal_hold IS NOT NULL`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX message_held_deleted');
  }
}
