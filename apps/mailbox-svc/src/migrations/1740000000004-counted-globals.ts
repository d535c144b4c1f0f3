import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts the global mailboxes of each context that has or had one, as their events count them from now on. */
export class CountedGlobals1740000000004 implements MigrationInterface {
  name = 'CountedGlobals1740000000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      INSERT INTO feed (tenant_id, feed_id, open, sequence, access, counters, limits)
      SELECT c.tenant_id, 'globals/' || c.context, true, 0, 'null', ARRAY[count(m.id)], '{}'
      FROM (
        SELECT DISTINCT tenant_id, data #>> '{mailbox,context}' AS context FROM event
        WHERE stream_id LIKE 'mailbox-%' AND data #>> '{mailbox,accessType}' = 'global'
      ) c
      LEFT JOIN mailbox m ON m.tenant_id = c.tenant_id AND m.context = c.context AND m.access_type = 'global'
      GROUP BY c.tenant_id, c.context
      ON CONFLICT DO NOTHING`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("DELETE FROM feed WHERE feed_id LIKE 'globals/%'");
  }
}
