import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is heard in recordings. */
export class Quality1740000000006 implements MigrationInterface {
  name = 'Quality1740000000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Null is not known: a process of the version before writes rows without it, and a rebuild fills it in.
    await queryRunner.query('ALTER TABLE media ADD COLUMN quality jsonb');
    await registerReadModel(queryRunner, { table: 'media', key: ['tenant_id', 'id'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE media DROP COLUMN quality');
    await registerReadModel(queryRunner, { table: 'media', key: ['tenant_id', 'id'] });
  }
}
