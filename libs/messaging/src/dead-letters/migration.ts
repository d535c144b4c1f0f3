/** What a migration needs of TypeORM's `QueryRunner`. */
interface Runner {
  query(statement: string): Promise<unknown>;
}

class DeadLetterTable {
  name = 'DeadLetterTable1700000000002';

  async up(queryRunner: Runner): Promise<void> {
    // No payload: an event holds caller data, which a purge must find and scrub everywhere (docs/decisions).
    await queryRunner.query(`
      CREATE TABLE dead_letter (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL UNIQUE,
        consumer text NOT NULL,
        event_id text NOT NULL,
        event_type text NOT NULL,
        subject text NOT NULL,
        stream text NOT NULL,
        sequence bigint NOT NULL,
        position bigint NOT NULL,
        part integer NOT NULL,
        reason text NOT NULL,
        attempts integer NOT NULL,
        state text NOT NULL CHECK (state IN ('dead', 'replaying', 'replayed', 'expired')),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, id),
        UNIQUE (consumer, event_id, subject)
      );
      CREATE INDEX dead_letter_open ON dead_letter (consumer, created_at) WHERE state IN ('dead', 'replaying');
    `);
  }

  async down(queryRunner: Runner): Promise<void> {
    await queryRunner.query('DROP TABLE dead_letter');
  }
}

/** Migrations of this library, for the `migrate` of the event store; they need nothing else. */
export const messagingMigrations: ReadonlyArray<new () => DeadLetterTable> = [DeadLetterTable];
