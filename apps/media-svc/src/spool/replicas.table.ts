import type { Pool } from 'pg';

/** A replica that has not been heard of for so long is down. */
export const silentAfterMs = 30_000;

/** Where replicas reach each other, by what each says of itself. */
export class ReplicasTable {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async announce(id: string, url: string): Promise<void> {
    await this.pool.query(
      `INSERT INTO media_replica (id, url, seen_at) VALUES ($1, $2, now())
       ON CONFLICT (id) DO UPDATE SET url = excluded.url, seen_at = now()`,
      [id, url],
    );
  }

  /** Addresses of those that are known, the one heard of last first. */
  async find(ids: readonly string[]): Promise<string[]> {
    const { rows } = await this.pool.query<{ url: string }>(
      'SELECT url FROM media_replica WHERE id = ANY ($1::uuid[]) ORDER BY seen_at DESC',
      [ids],
    );
    return rows.map(({ url }) => url);
  }

  /** Recordings that lie in the spools of replicas that are down: nobody can hear them. */
  async outOfReach(): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(
      `SELECT count(*) FROM spooled_media s LEFT JOIN media_replica r ON r.id = s.replica_id
       WHERE r.seen_at IS NULL OR r.seen_at < now() - $1 * interval '1 millisecond'`,
      [silentAfterMs],
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Forgets replicas that hold nothing and were not heard of for a week. */
  async forgetGone(): Promise<void> {
    await this.pool.query(
      `DELETE FROM media_replica r WHERE seen_at < now() - interval '7 days'
       AND NOT EXISTS (SELECT FROM spooled_media s WHERE s.replica_id = r.id)`,
    );
  }
}
