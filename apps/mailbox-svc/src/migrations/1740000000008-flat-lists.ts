import type { MigrationInterface, QueryRunner } from 'typeorm';

const order = 'received_at DESC, id DESC';

/**
 * An index for each filter by which few messages are asked for among many, in a mailbox and in a whole tenant: whatever a
 * list asks, it reads about what it shows. What is there or not has an index for each of both, as a condition on nothing
 * gives no order; a message is in one of the two.
 */
export class FlatLists1740000000008 implements MigrationInterface {
  name = 'FlatLists1740000000008';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const index of [
      `message_unheard ON message (tenant_id, mailbox_id, ${order}) WHERE NOT deleted AND heard_at IS NULL`,
      `message_heard ON message (tenant_id, mailbox_id, ${order}) WHERE NOT deleted AND heard_at IS NOT NULL`,
      `message_urgent ON message (tenant_id, mailbox_id, ${order}) WHERE NOT deleted AND urgent`,
      `message_open ON message (tenant_id, mailbox_id, ${order}) WHERE NOT deleted AND state IS NULL`,
      `message_not_open ON message (tenant_id, mailbox_id, state, ${order}) WHERE NOT deleted AND state IS NOT NULL`,
      `message_tenant_folder ON message (tenant_id, folder, ${order}) WHERE NOT deleted`,
      `message_tenant_unheard ON message (tenant_id, ${order}) WHERE NOT deleted AND heard_at IS NULL`,
      `message_tenant_heard ON message (tenant_id, ${order}) WHERE NOT deleted AND heard_at IS NOT NULL`,
      `message_tenant_urgent ON message (tenant_id, ${order}) WHERE NOT deleted AND urgent`,
      `message_tenant_open ON message (tenant_id, ${order}) WHERE NOT deleted AND state IS NULL`,
      "mailbox_own_heard ON mailbox (tenant_id) WHERE heard_state = 'member'",
    ]) {
      await queryRunner.query(`CREATE INDEX ${index}`);
    }
    // Those of open messages and of the others hold together what this one held.
    await queryRunner.query('DROP INDEX message_state');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE INDEX message_state ON message (tenant_id, mailbox_id, state, ${order}) WHERE NOT deleted`,
    );
    await queryRunner.query(`
      DROP INDEX message_unheard, message_heard, message_urgent, message_open, message_not_open, message_tenant_folder,
        message_tenant_unheard, message_tenant_heard, message_tenant_urgent, message_tenant_open, mailbox_own_heard`);
  }
}
