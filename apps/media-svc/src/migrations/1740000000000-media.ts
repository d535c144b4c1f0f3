import { registerReadModel } from '@aftertone/event-store';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What recordings are found by, and what is remembered of mailbox-svc's events. */
export class Media1740000000000 implements MigrationInterface {
  name = 'Media1740000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE media (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        content_type text NOT NULL,
        codec text NOT NULL,
        sample_rate integer NOT NULL,
        channels integer NOT NULL,
        duration_ms integer NOT NULL,
        bytes integer NOT NULL,
        sha256 text NOT NULL,
        peaks text,
        stored_at timestamptz NOT NULL,
        reference_count integer NOT NULL,
        released_at timestamptz,
        unreferenced_since timestamptz,
        PRIMARY KEY (tenant_id, id)
      )`);
    await queryRunner.query(`
      CREATE INDEX media_unreferenced ON media (unreferenced_since) WHERE unreferenced_since IS NOT NULL`);
    await registerReadModel(queryRunner, { table: 'media', key: ['tenant_id', 'id'] });

    // Which recording each message plays, by the newest event of the message that was applied. A consumer's memory
    // like the inbox, not a read model: a purged message stays as a mark until no late event of it can come any more.
    await queryRunner.query(`
      CREATE TABLE message_audio (
        tenant_id uuid NOT NULL,
        message_id uuid NOT NULL,
        media_id uuid,
        version integer NOT NULL,
        purged_at timestamptz,
        PRIMARY KEY (tenant_id, message_id)
      )`);
    await queryRunner.query(`
      CREATE INDEX message_audio_purged ON message_audio (purged_at) WHERE purged_at IS NOT NULL`);

    // How far mailbox-svc's events are known to be applied without a gap.
    await queryRunner.query(`
      CREATE TABLE applied_events (
        consumer text PRIMARY KEY,
        stream_created_at text NOT NULL,
        stream_sequence bigint NOT NULL,
        since timestamptz NOT NULL,
        through timestamptz
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE applied_events, message_audio, media');
    await queryRunner.query("DELETE FROM read_model WHERE table_name = 'media'");
  }
}
