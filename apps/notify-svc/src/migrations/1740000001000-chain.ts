import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Several channels in an order, and what is known of people. New columns of old tables may be null: the version before
 * this one goes on writing rows beside us, and means e-mail.
 */
export class Chain1740000001000 implements MigrationInterface {
  name = 'Chain1740000001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE delivery
        ALTER COLUMN message_id DROP NOT NULL, ALTER COLUMN mailbox_id DROP NOT NULL,
        ADD COLUMN purpose text, ADD COLUMN user_id uuid, ADD COLUMN bounce jsonb`);
    await queryRunner.query(
      `CREATE INDEX delivery_state ON delivery (tenant_id, state, created_at, id) WHERE state <> 'delivered'`,
    );
    await queryRunner.query('CREATE INDEX delivery_recipient ON delivery (tenant_id, recipient, created_at, id)');
    await queryRunner.query('CREATE INDEX delivery_event ON delivery (tenant_id, event_id)');
    // Beside `delivery_work`: the version before this one takes everything from there, and would mail it.
    await queryRunner.query(`
      CREATE TABLE delivery_queue (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        lane text NOT NULL,
        step integer NOT NULL,
        endpoint text NOT NULL,
        event_id text NOT NULL,
        group_key text,
        planned_at timestamptz NOT NULL,
        sending boolean NOT NULL,
        held boolean NOT NULL,
        attempts integer NOT NULL,
        correlation_id text NOT NULL,
        due_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      ) WITH (fillfactor = 50)`);
    await queryRunner.query('CREATE INDEX delivery_queue_fresh ON delivery_queue (lane, due_at) WHERE attempts = 0');
    await queryRunner.query('CREATE INDEX delivery_queue_tried ON delivery_queue (lane, due_at) WHERE attempts > 0');
    await queryRunner.query('CREATE INDEX delivery_queue_chain ON delivery_queue (tenant_id, event_id)');
    await queryRunner.query('CREATE INDEX delivery_queue_endpoint ON delivery_queue (endpoint, due_at)');
    await queryRunner.query(
      'CREATE INDEX delivery_queue_group ON delivery_queue (tenant_id, group_key, due_at) WHERE group_key IS NOT NULL',
    );
    await queryRunner.query(`
      ALTER TABLE known_mailbox
        ADD COLUMN access_type text, ADD COLUMN owner_user_ids uuid[], ADD COLUMN notify jsonb, ADD COLUMN storage jsonb,
        ADD COLUMN max_messages integer`);
    await queryRunner.query(`
      CREATE TABLE known_member (
        tenant_id uuid NOT NULL,
        mailbox_id uuid NOT NULL,
        user_id uuid NOT NULL,
        listens boolean NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, mailbox_id, user_id)
      )`);
    await queryRunner.query('CREATE INDEX known_member_user ON known_member (tenant_id, user_id) WHERE listens');
    await queryRunner.query('CREATE INDEX known_mailbox_owners ON known_mailbox USING gin (owner_user_ids)');
    await queryRunner.query(
      `CREATE INDEX known_mailbox_global ON known_mailbox (tenant_id) WHERE access_type = 'global'`,
    );
    // Counts of a mailbox: as everybody sees them (user of zeros), or as one member does.
    await queryRunner.query(`
      CREATE TABLE known_counts (
        tenant_id uuid NOT NULL,
        mailbox_id uuid NOT NULL,
        user_id uuid NOT NULL,
        counts jsonb NOT NULL,
        version bigint NOT NULL,
        PRIMARY KEY (tenant_id, mailbox_id, user_id)
      )`);
    await queryRunner.query(`
      CREATE TABLE known_user (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        name text NOT NULL,
        email text,
        language text,
        timezone text,
        notify jsonb NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await queryRunner.query('CREATE INDEX known_user_email ON known_user (tenant_id, lower(email))');
    await queryRunner.query(
      `CREATE INDEX known_user_told ON known_user (tenant_id, id)
       WHERE (notify -> 'email' ->> 'enabled') = 'true' OR (notify -> 'sms' ->> 'to') IS NOT NULL`,
    );
    await queryRunner.query(`
      CREATE TABLE known_tenant (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        notify jsonb NOT NULL,
        version integer NOT NULL
      )`);
    await registerReadModel(queryRunner, { table: 'delivery', key: ['tenant_id', 'id'] });
    await registerReadModel(queryRunner, { table: 'delivery_queue', key: ['tenant_id', 'id'], readable: false });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE known_tenant, known_user, known_counts, known_member');
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'delivery_queue'");
    await queryRunner.query('DROP TABLE delivery_queue');
    await queryRunner.query(`
      ALTER TABLE known_mailbox
        DROP COLUMN access_type, DROP COLUMN owner_user_ids, DROP COLUMN notify, DROP COLUMN storage,
        DROP COLUMN max_messages`);
    await queryRunner.query('DROP INDEX delivery_state, delivery_recipient, delivery_event');
    await queryRunner.query('ALTER TABLE delivery DROP COLUMN purpose, DROP COLUMN user_id, DROP COLUMN bounce');
    await registerReadModel(queryRunner, { table: 'delivery', key: ['tenant_id', 'id'] });
  }
}
