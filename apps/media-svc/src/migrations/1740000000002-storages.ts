import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { localStorageName } from '../storages/storage-names.ts';

/** In which storage each recording is; no row: in the folder that there always was. And which storages are ours. */
export class Storages1740000000002 implements MigrationInterface {
  name = 'Storages1740000000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE media_home (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        storage text NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await queryRunner.query('CREATE INDEX media_home_by_storage ON media_home (storage, tenant_id, id)');
    await registerReadModel(queryRunner, { table: 'media_home', key: ['tenant_id', 'id'] });
    await queryRunner.query('ALTER TABLE spooled_media ADD COLUMN storage text');
    await queryRunner.query(`
      CREATE INDEX spooled_media_by_storage
      ON spooled_media (replica_id, (coalesce(storage, '${localStorageName}')), spooled_at, id)`);
    await registerReadModel(queryRunner, { table: 'spooled_media', key: ['tenant_id', 'id', 'replica_id'] });
    await queryRunner.query(`
      CREATE TABLE storage_claim (
        storage text PRIMARY KEY,
        owner uuid NOT NULL,
        claimed_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE storage_claim, media_home');
    await queryRunner.query('DROP INDEX spooled_media_by_storage');
    await queryRunner.query('ALTER TABLE spooled_media DROP COLUMN storage');
    await registerReadModel(queryRunner, { table: 'spooled_media', key: ['tenant_id', 'id', 'replica_id'] });
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'media_home'");
  }
}
