import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendBatchSql, appendSql } from './append.sql.ts';
import { appendForeseenSql } from './append-foreseen.sql.ts';
import { appendWholeSql } from './append-whole.sql.ts';
import { earlierBatchesEndedSql, feedRevisionsSql } from './feed-revisions.sql.ts';
import { preparePuts, registerReadModel } from './read-model.ts';
import { tablesSql } from './tables.sql.ts';
import { tenancySql } from './tenancy.sql.ts';

class EventStoreTables implements MigrationInterface {
  name = 'EventStoreTables1700000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tablesSql);
    await queryRunner.query(tenancySql);
    await queryRunner.query(appendSql);
  }

  async down(): Promise<void> {
    throw new Error('the log is not taken away by a migration: drop the database');
  }
}

/** Feeds that a change makes when they are missing (`FeedChange.ensure`). */
class EnsuredFeeds implements MigrationInterface {
  name = 'EnsuredFeeds1700000000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(appendBatchSql);
  }

  /** The function before it is a part of this one: it knows no `ensure`, and nobody asks for it. */
  async down(): Promise<void> {}
}

/** What is sealed for itself and not in an event (`Secrets`). */
class SealedSecrets implements MigrationInterface {
  name = 'SealedSecrets1700000000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE sealed_secret (
        tenant_id uuid NOT NULL,
        owner text NOT NULL,
        box bytea NOT NULL,
        PRIMARY KEY (tenant_id, owner)
      )`);
    await registerReadModel(queryRunner, { table: 'sealed_secret', key: ['tenant_id', 'owner'], readable: false });
  }

  /** The rows stay: nothing else holds what is in them. */
  async down(): Promise<void> {}
}

/** The quick way into the log, beside the one that judges. */
class WholeBatches implements MigrationInterface {
  name = 'WholeBatches1700000000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(appendWholeSql);
    await preparePuts(queryRunner);
  }

  /** The version before does not know the function. */
  async down(): Promise<void> {}
}

/** How many messages the stream had taken when the relay wrote its checkpoint: fewer later on means that some were lost. */
class RelayedSequence implements MigrationInterface {
  name = 'RelayedSequence1700000000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE relay_checkpoint ADD COLUMN last_sequence bigint');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE relay_checkpoint DROP COLUMN last_sequence');
  }
}

/** `append_batch` with types of its own: the next migration changes the table whose type it used. */
class FeedStates implements MigrationInterface {
  name = 'FeedStates1700000000007';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(appendBatchSql);
  }

  /** The version before does not see the difference. */
  async down(): Promise<void> {}
}

/** Feeds that say how often they have changed, so that processes may foresee them (`append_foreseen`). */
class ForeseenBatches implements MigrationInterface {
  name = 'ForeseenBatches1700000000008';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(earlierBatchesEndedSql);
    await queryRunner.query(feedRevisionsSql);
    await queryRunner.query(appendForeseenSql);
  }

  /** The version before lives with the column and the trigger, and does not know the function. */
  async down(): Promise<void> {}
}

/** Migrations of this library. A service runs them before its own: their times are older. */
export const eventStoreMigrations: ReadonlyArray<new () => MigrationInterface> = [
  EventStoreTables,
  EnsuredFeeds,
  SealedSecrets,
  WholeBatches,
  RelayedSequence,
  FeedStates,
  ForeseenBatches,
];
