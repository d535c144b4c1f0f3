import { readerRole, tenantPolicySql } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownListsFunctions, ownListsTables, ownListsTriggers } from './own-lists.sql.ts';

/**
 * What lists by own heard states are read from: see the tables. Triggers write it, for what it takes is in no single message:
 * and processes of the version before, which know nothing of it, keep it right as well.
 */
export class OwnLists1740000000009 implements MigrationInterface {
  name = 'OwnLists1740000000009';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ownListsTables);
    for (const table of ['own_mark', 'own_run']) {
      await queryRunner.query(`${tenantPolicySql(table)} GRANT SELECT ON ${table} TO ${readerRole}`);
    }
    await queryRunner.query(ownListsFunctions);
    await queryRunner.query(ownListsTriggers);
    await queryRunner.query('SELECT make_own_lists()');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER own_lists_arrived ON message; DROP TRIGGER own_lists_changed ON message; DROP TRIGGER own_lists_flipped ON message;
      DROP TRIGGER own_lists_marked ON message_mark; DROP TRIGGER own_lists_marked_anew ON message_mark;
      DROP TRIGGER own_lists_unmarked ON message_mark;
      DROP FUNCTION own_lists_arrived(), own_lists_changed(), own_lists_flipped(), own_lists_marked(), own_lists_unmarked(), make_own_lists(),
        own_runs_join(uuid, uuid, uuid), own_run_join(uuid, uuid, uuid, uuid), own_run_split(uuid, uuid, uuid, boolean, timestamptz, uuid),
        message_beside(uuid, uuid, boolean, timestamptz, uuid, text);
      DROP TABLE own_run, own_mark`);
  }
}
