import type { Pool } from 'pg';
import { webhookEndpoint } from '../deliveries/chain.ts';

/** Counting what waits takes as long as it is much: an answer holds for so long, and a few too many do no harm. */
const holdsMs = 1_000;

/** Knows for which paused webhooks so much waits that nothing more is kept for them. */
export class Fullness {
  private readonly pool: Pool;
  private readonly limit: number;
  private readonly known = new Map<string, { isFull: boolean; until: number }>();

  constructor(pool: Pool, limit: number) {
    this.pool = pool;
    this.limit = limit;
  }

  /** Of these webhooks, by id. */
  async of(paused: readonly string[]): Promise<ReadonlySet<string>> {
    const now = performance.now();
    for (const [id, { until }] of this.known) if (until <= now) this.known.delete(id);
    const unknown = paused.filter((id) => !this.known.has(id));
    if (unknown.length > 0) {
      const full = await this.count(unknown);
      for (const id of unknown) this.known.set(id, { isFull: full.has(id), until: now + holdsMs });
    }
    return new Set(paused.filter((id) => this.known.get(id)?.isFull));
  }

  private async count(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT id FROM unnest($1::uuid[], $2::text[]) AS paused(id, endpoint)
       WHERE (SELECT count(*) FROM (SELECT FROM delivery_queue q WHERE q.endpoint = paused.endpoint LIMIT $3) waiting) >= $3`,
      [ids, ids.map(webhookEndpoint), this.limit],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
