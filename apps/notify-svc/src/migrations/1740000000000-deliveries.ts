import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What notifications are listed by and taken from, and what is known of mailboxes. */
export class Deliveries1740000000000 implements MigrationInterface {
  name = 'Deliveries1740000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE delivery (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        event_id text NOT NULL,
        message_id uuid NOT NULL,
        mailbox_id uuid NOT NULL,
        channel text NOT NULL,
        recipient text NOT NULL,
        state text NOT NULL,
        attempts jsonb NOT NULL,
        next_attempt_at timestamptz,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await queryRunner.query('CREATE INDEX delivery_message ON delivery (tenant_id, message_id, created_at, id)');
    // Changed by every attempt several times: room in each page keeps the changes out of the indexes' way.
    await queryRunner.query(`
      CREATE TABLE delivery_work (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        sending boolean NOT NULL,
        attempts integer NOT NULL,
        correlation_id text NOT NULL,
        due_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      ) WITH (fillfactor = 50)`);
    await queryRunner.query('CREATE INDEX delivery_work_fresh ON delivery_work (due_at) WHERE attempts = 0');
    await queryRunner.query('CREATE INDEX delivery_work_tried ON delivery_work (due_at) WHERE attempts > 0');
    await queryRunner.query(`
      CREATE TABLE known_mailbox (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        number text NOT NULL,
        name text NOT NULL,
        timezone text NOT NULL,
        language text NOT NULL,
        email_to text[] NOT NULL,
        attach_audio boolean NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await queryRunner.query(`
      CREATE TABLE announced_event (
        tenant_id uuid NOT NULL,
        event_id text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, event_id)
      )`);
    await queryRunner.query('CREATE INDEX announced_event_age ON announced_event (at)');
    await registerReadModel(queryRunner, { table: 'delivery', key: ['tenant_id', 'id'] });
    await registerReadModel(queryRunner, { table: 'delivery_work', key: ['tenant_id', 'id'], readable: false });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE announced_event, known_mailbox, delivery_work, delivery');
    await queryRunner.query("DELETE FROM read_model WHERE table_name IN ('delivery', 'delivery_work')");
  }
}
