import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From now on stamps tell where members have own heard states: what later events of a mailbox are stamped with says so. */
export class HeardStatesInStamps1740000000006 implements MigrationInterface {
  name = 'HeardStatesInStamps1740000000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE feed f SET access = f.access || '{"heardState": "member"}' FROM mailbox m
      WHERE m.heard_state = 'member' AND f.tenant_id = m.tenant_id AND f.feed_id = m.id::text`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("UPDATE feed SET access = access - 'heardState' WHERE access ? 'heardState'");
  }
}
