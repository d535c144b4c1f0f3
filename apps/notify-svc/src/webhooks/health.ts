import type { Webhook } from '@aftertone/contracts';
import type { Pool } from 'pg';

/** How deliveries to a webhook went of late. */
export type Health = Pick<Webhook, 'failingSince' | 'failures' | 'lastSuccessAt' | 'lastStatus'>;

export const unknownHealth: Health = { failingSince: null, failures: 0, lastSuccessAt: null, lastStatus: null };

interface Row extends Omit<Health, 'failingSince' | 'lastSuccessAt'> {
  id: string;
  failingSince: Date | null;
  lastSuccessAt: Date | null;
}

/** What all replicas know together of how webhooks do. It is no event: of a busy one that would be one per message. */
export class WebhookHealth {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async succeeded({ tenantId, id }: WebhookKey, status: number | null, at: Date): Promise<void> {
    await this.pool.query(
      `INSERT INTO webhook_health AS health (tenant_id, id, failing_since, failures, last_success_at, last_status)
       VALUES ($1, $2, NULL, 0, $3, $4)
       ON CONFLICT (tenant_id, id) DO UPDATE
       SET failing_since = NULL, failures = 0, last_success_at = excluded.last_success_at, last_status = excluded.last_status`,
      [tenantId, id, at, status],
    );
  }

  /** Answers how long that has been going on. A failure without an answer leaves the last status alone. */
  async failed(
    { tenantId, id }: WebhookKey,
    status: number | null,
    at: Date,
  ): Promise<{ since: Date; failures: number }> {
    const { rows } = await this.pool.query<{ since: Date; failures: number }>(
      `INSERT INTO webhook_health AS health (tenant_id, id, failing_since, failures, last_status)
       VALUES ($1, $2, $3, 1, $4)
       ON CONFLICT (tenant_id, id) DO UPDATE
       SET failing_since = COALESCE(health.failing_since, excluded.failing_since), failures = health.failures + 1,
         last_status = COALESCE(excluded.last_status, health.last_status)
       RETURNING failing_since AS since, failures`,
      [tenantId, id, at, status],
    );
    return rows[0] ?? { since: at, failures: 1 };
  }

  /** Failures of before count no more. */
  async forgive({ tenantId, id }: WebhookKey): Promise<void> {
    await this.pool.query(
      'UPDATE webhook_health SET failing_since = NULL, failures = 0 WHERE tenant_id = $1 AND id = $2',
      [tenantId, id],
    );
  }

  async forget({ tenantId, id }: WebhookKey): Promise<void> {
    await this.pool.query('DELETE FROM webhook_health WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
  }

  /** By id. */
  async of(tenantId: string, webhooks: ReadonlyArray<{ id: string }>): Promise<ReadonlyMap<string, Health>> {
    if (webhooks.length === 0) return new Map();
    const { rows } = await this.pool.query<Row>(
      `SELECT id, failing_since AS "failingSince", failures, last_success_at AS "lastSuccessAt", last_status AS "lastStatus"
       FROM webhook_health WHERE tenant_id = $1 AND id = ANY ($2)`,
      [tenantId, webhooks.map(({ id }) => id)],
    );
    return new Map(
      rows.map(({ id, failingSince, lastSuccessAt, ...rest }) => [
        id,
        {
          ...rest,
          failingSince: failingSince?.toISOString() ?? null,
          lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
        },
      ]),
    );
  }
}

export interface WebhookKey {
  tenantId: string;
  id: string;
}
