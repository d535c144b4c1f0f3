import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What mailboxes do with messages in which nothing is said. */
export class EmptyMessages1740000000010 implements MigrationInterface {
  name = 'EmptyMessages1740000000010';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Null is to keep them: a process of the version before writes rows without it.
    await queryRunner.query('ALTER TABLE mailbox ADD COLUMN empty_messages text');
    await registerReadModel(queryRunner, { table: 'mailbox', key: ['tenant_id', 'id'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE mailbox DROP COLUMN empty_messages');
    await registerReadModel(queryRunner, { table: 'mailbox', key: ['tenant_id', 'id'] });
  }
}
