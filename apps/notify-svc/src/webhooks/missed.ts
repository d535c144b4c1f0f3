import type { MissedEvents } from '@aftertone/contracts';
import type { StoreLogger } from '@aftertone/event-store';
import type { Pool } from 'pg';
import type { WebhookOwner } from './webhook-secrets.ts';

interface Counted extends WebhookOwner {
  count: number;
  /** Of the first of them. */
  since: Date;
}

/** Counts what paused webhooks are not told of because too much waits for them. An event that comes again counts again. */
export class Missed {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Each webhook once. What is the first since its resume is told to the operator, too. */
  async count(missed: readonly Counted[], log: StoreLogger): Promise<void> {
    if (missed.length === 0) return;
    const column = <Name extends keyof Counted>(name: Name): Array<Counted[Name]> => missed.map((one) => one[name]);
    const { rows } = await this.pool.query<{ tenantId: string; webhookId: string; isFirst: boolean }>(
      `INSERT INTO webhook_missed AS missed (tenant_id, id, count, since)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[])
       ON CONFLICT (tenant_id, id) DO UPDATE SET count = missed.count + excluded.count
       RETURNING tenant_id AS "tenantId", id AS "webhookId", xmax = 0 AS "isFirst"`,
      [column('tenantId'), column('id'), column('count'), column('since')],
    );
    for (const { isFirst, ...webhook } of rows) {
      if (isFirst) log.warn(webhook, 'too much waits for a paused webhook: of what happens from now on it is not told');
    }
  }

  /** By id; only those that missed something. */
  async of(tenantId: string, webhooks: ReadonlyArray<{ id: string }>): Promise<ReadonlyMap<string, MissedEvents>> {
    if (webhooks.length === 0) return new Map();
    const { rows } = await this.pool.query<{ id: string; count: number; since: Date }>(
      'SELECT id, count, since FROM webhook_missed WHERE tenant_id = $1 AND id = ANY ($2)',
      [tenantId, webhooks.map(({ id }) => id)],
    );
    return new Map(rows.map(({ id, count, since }) => [id, { count, since: since.toISOString() }]));
  }

  /** What began until then counts no more. */
  async forget({ tenantId, id }: WebhookOwner, until: string): Promise<void> {
    await this.pool.query('DELETE FROM webhook_missed WHERE tenant_id = $1 AND id = $2 AND since <= $3', [
      tenantId,
      id,
      until,
    ]);
  }
}
