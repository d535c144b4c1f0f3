import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which clips tenants have replaced by recordings of their own. */
export class Prompts1740000000004 implements MigrationInterface {
  name = 'Prompts1740000000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE tenant_prompt (
        tenant_id uuid NOT NULL,
        language text NOT NULL,
        key text NOT NULL,
        media_id uuid NOT NULL,
        content_type text NOT NULL,
        duration_ms integer NOT NULL,
        bytes integer NOT NULL,
        sha256 text NOT NULL,
        replaced_at timestamptz NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, language, key)
      )`);
    await queryRunner.query('CREATE INDEX tenant_prompt_by_media ON tenant_prompt (tenant_id, media_id)');
    await registerReadModel(queryRunner, { table: 'tenant_prompt', key: ['tenant_id', 'language', 'key'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE tenant_prompt');
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'tenant_prompt'");
  }
}
