import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recordings in other formats, kept so that each is made once. Nothing is lost with a row: it is made again. */
export class Renditions1740000000003 implements MigrationInterface {
  name = 'Renditions1740000000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE media_rendition (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        rendition text NOT NULL,
        sha256 text NOT NULL,
        storage text NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, id, rendition)
      )`);
    await registerReadModel(queryRunner, { table: 'media_rendition', key: ['tenant_id', 'id', 'rendition'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE media_rendition');
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'media_rendition'");
  }
}
