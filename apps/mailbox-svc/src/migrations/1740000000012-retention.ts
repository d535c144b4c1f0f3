import { readerRole, registerReadModel, tenantPolicySql } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { stageSql } from '../retention/stage.sql.ts';

/**
 * Legal holds, and rules for how long messages are kept. A process of the version before writes rows without the columns: null
 * is no hold, what the tenant has, and for `stage_since` a time that the next sweep fills in.
 */
export class Retention1740000000012 implements MigrationInterface {
  name = 'Retention1740000000012';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [
      'ALTER TABLE mailbox ADD COLUMN retention jsonb, ADD COLUMN legal_hold jsonb',
      'ALTER TABLE message ADD COLUMN legal_hold jsonb, ADD COLUMN stage_since timestamptz',
      // The tenants' own rules, by what the gateway tells of them.
      `CREATE TABLE tenant_retention (
        tenant_id uuid PRIMARY KEY,
        heard_days integer,
        unheard_days integer,
        trash_days integer,
        deleted_days integer,
        version integer NOT NULL
      )`,
      `CREATE INDEX tenant_retention_rules ON tenant_retention (tenant_id)
        WHERE coalesce(heard_days, unheard_days, trash_days, deleted_days) IS NOT NULL`,
      'CREATE INDEX mailbox_own_retention ON mailbox (tenant_id, id) WHERE retention IS NOT NULL',
      'CREATE INDEX mailbox_held ON mailbox (tenant_id, context, number) WHERE legal_hold IS NOT NULL',
      `CREATE INDEX message_held ON message (tenant_id, received_at DESC, id DESC)
        WHERE NOT deleted AND legal_hold IS NOT NULL`,
      `CREATE INDEX message_stage ON message (tenant_id, mailbox_id, (${stageSql('message')}), stage_since, id)
        WHERE legal_hold IS NULL`,
      'CREATE INDEX message_stage_untold ON message (tenant_id, id) WHERE stage_since IS NULL',
      `${tenantPolicySql('tenant_retention')} GRANT SELECT ON tenant_retention TO ${readerRole}`,
    ]) {
      await queryRunner.query(statement);
    }
    await this.register(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX message_stage, message_stage_untold, message_held');
    await queryRunner.query('DROP TABLE tenant_retention');
    await queryRunner.query('ALTER TABLE message DROP COLUMN legal_hold, DROP COLUMN stage_since');
    await queryRunner.query('ALTER TABLE mailbox DROP COLUMN retention, DROP COLUMN legal_hold');
    await this.register(queryRunner);
  }

  private async register(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['mailbox', 'message']) {
      await registerReadModel(queryRunner, { table, key: ['tenant_id', 'id'] });
    }
  }
}
