import type { Pool } from 'pg';

/** A replica that has not been heard of for so long is down. */
export const silentAfterMs = 30_000;

/** In SQL, of a row `r`; the parameter is `silentAfterMs`. */
export const isHeardOf = (parameter: string): string => `r.seen_at >= now() - ${parameter} * interval '1 millisecond'`;

/** How safe what lies in spools is. */
export interface SpoolSafety {
  /** Recordings that only replicas hold which are down: nobody can hear them. */
  outOfReach: number;
  /** Recordings of which one replica that is up has the only copy. */
  alone: number;
}

/** Where replicas reach each other, by what each says of itself. */
export class ReplicasTable {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Says that this replica is up. Whoever had its address before is down from now on, and perhaps lost with its disk. */
  async announce(id: string, url: string): Promise<void> {
    await this.pool.query(
      `WITH replaced AS (
         UPDATE media_replica r SET seen_at = now() - ($3 + 1) * interval '1 millisecond'
         WHERE r.url = $2 AND r.id <> $1 AND ${isHeardOf('$3')})
       INSERT INTO media_replica (id, url, seen_at) VALUES ($1, $2, now())
       ON CONFLICT (id) DO UPDATE SET url = excluded.url, seen_at = now()`,
      [id, url, silentAfterMs],
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

  /** Addresses of replicas that are up, but for `own`; any of them, and so many at most. */
  async others(own: string, most: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ url: string }>(
      `SELECT r.url FROM media_replica r WHERE r.id <> $1 AND ${isHeardOf('$2')} ORDER BY random() LIMIT $3`,
      [own, silentAfterMs, most],
    );
    return rows.map(({ url }) => url);
  }

  async safety(): Promise<SpoolSafety> {
    const { rows } = await this.pool.query<{ out_of_reach: string; alone: string }>(
      `SELECT count(*) FILTER (WHERE up = 0) AS out_of_reach, count(*) FILTER (WHERE up = 1) AS alone
       FROM (SELECT count(*) FILTER (WHERE ${isHeardOf('$1')}) AS up
             FROM spooled_media s LEFT JOIN media_replica r ON r.id = s.replica_id GROUP BY s.tenant_id, s.id) one`,
      [silentAfterMs],
    );
    return { outOfReach: Number(rows[0]?.out_of_reach ?? 0), alone: Number(rows[0]?.alone ?? 0) };
  }

  /** Forgets replicas that hold nothing and were not heard of for a week. */
  async forgetGone(): Promise<void> {
    await this.pool.query(
      `DELETE FROM media_replica r WHERE seen_at < now() - interval '7 days'
       AND NOT EXISTS (SELECT FROM spooled_media s WHERE s.replica_id = r.id)`,
    );
  }
}
