import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which replica holds what the storage has not taken yet, and where replicas reach each other. A table of its own and no
 * column of `media`: the previous version writes whole rows of that one, and would forget it.
 */
export class Spool1740000000001 implements MigrationInterface {
  name = 'Spool1740000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE spooled_media (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        replica_id uuid NOT NULL,
        sha256 text NOT NULL,
        spooled_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id, replica_id)
      )`);
    await queryRunner.query('CREATE INDEX spooled_media_by_replica ON spooled_media (replica_id, spooled_at, id)');
    await registerReadModel(queryRunner, { table: 'spooled_media', key: ['tenant_id', 'id', 'replica_id'] });
    await queryRunner.query(`
      CREATE TABLE media_replica (
        id uuid PRIMARY KEY,
        url text NOT NULL,
        seen_at timestamptz NOT NULL
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE media_replica, spooled_media');
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'spooled_media'");
  }
}
