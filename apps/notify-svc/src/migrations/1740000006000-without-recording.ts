import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deliveries that were accepted without the recording that was wanted. */
export class WithoutRecording1740000006000 implements MigrationInterface {
  name = 'WithoutRecording1740000006000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE delivery ADD COLUMN without_recording text');
    await registerReadModel(queryRunner, { table: 'delivery', key: ['tenant_id', 'id'] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE delivery DROP COLUMN without_recording');
    await registerReadModel(queryRunner, { table: 'delivery', key: ['tenant_id', 'id'] });
  }
}
