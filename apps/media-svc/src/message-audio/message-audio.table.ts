import type { Pool } from 'pg';
import type { MessageAudio } from './message-audio.ts';

export interface MessageKey {
  tenantId: string;
  messageId: string;
}

export type RememberedAudio = MessageKey & MessageAudio;

interface Row {
  tenant_id: string;
  message_id: string;
  media_id: string | null;
  version: number;
  purged_at: Date | null;
}

/** What the consumer remembers of messages, in its own table. */
export class MessageAudioTable {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async load(keys: readonly MessageKey[]): Promise<RememberedAudio[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT m.* FROM unnest($1::uuid[], $2::uuid[]) AS k (tenant_id, message_id)
       JOIN message_audio m USING (tenant_id, message_id)`,
      [keys.map(({ tenantId }) => tenantId), keys.map(({ messageId }) => messageId)],
    );
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      messageId: row.message_id,
      mediaId: row.media_id,
      version: row.version,
      purgedAt: row.purged_at?.toISOString() ?? null,
    }));
  }

  /** One entry per message. What a newer event has left there meanwhile stays. */
  async save(entries: readonly RememberedAudio[]): Promise<void> {
    await this.pool.query(
      `INSERT INTO message_audio AS m (tenant_id, message_id, media_id, version, purged_at)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::timestamptz[])
       ON CONFLICT (tenant_id, message_id) DO UPDATE
         SET media_id = excluded.media_id, version = excluded.version, purged_at = excluded.purged_at
         WHERE m.purged_at IS NULL AND m.version <= excluded.version`,
      [
        entries.map(({ tenantId }) => tenantId),
        entries.map(({ messageId }) => messageId),
        entries.map(({ mediaId }) => mediaId),
        entries.map(({ version }) => version),
        entries.map(({ purgedAt }) => purgedAt),
      ],
    );
  }

  /** Forgets messages that were purged before `olderThan`. */
  async forgetPurged(olderThan: Date): Promise<void> {
    await this.pool.query('DELETE FROM message_audio WHERE purged_at < $1', [olderThan]);
  }
}
