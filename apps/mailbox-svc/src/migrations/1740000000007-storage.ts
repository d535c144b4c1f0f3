import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mailboxes whose messages are kept elsewhere. */
export class Storage1740000000007 implements MigrationInterface {
  name = 'Storage1740000000007';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Null is here: a process of the version before writes rows without it.
    await queryRunner.query('ALTER TABLE mailbox ADD COLUMN storage jsonb');
    await registerReadModel(queryRunner, { table: 'mailbox', key: ['tenant_id', 'id'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE mailbox DROP COLUMN storage');
    await registerReadModel(queryRunner, { table: 'mailbox', key: ['tenant_id', 'id'] });
  }
}
