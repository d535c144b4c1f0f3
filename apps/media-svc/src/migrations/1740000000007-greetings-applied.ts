import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Greetings are followed by a consumer of their own. There were none before it, so of them is known what is known of
 * messages: what was stored before this version is not kept for ever because of events that there cannot be.
 */
export class GreetingsApplied1740000000007 implements MigrationInterface {
  name = 'GreetingsApplied1740000000007';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      INSERT INTO applied_events (consumer, since, through, stream_created_at, stream_sequence)
      SELECT 'media-greetings', since, through, stream_created_at, stream_sequence
      FROM applied_events WHERE consumer = 'media-mailboxes'
      ON CONFLICT DO NOTHING`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("DELETE FROM applied_events WHERE consumer = 'media-greetings'");
  }
}
