import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tenants' own templates of notices. */
export class Templates1740000001010 implements MigrationInterface {
  name = 'Templates1740000001010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE template (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        language text NOT NULL,
        subject text,
        text text,
        html text,
        warnings jsonb NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, kind, language)
      )`);
    await registerReadModel(queryRunner, { table: 'template', key: ['tenant_id', 'kind', 'language'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE template');
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'template'");
  }
}
