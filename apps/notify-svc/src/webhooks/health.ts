import type { Webhook } from '@aftertone/contracts';
import type { Pool } from 'pg';
import { withoutFlush } from '../sending/work-list.ts';
import type { WebhookOwner } from './webhook-secrets.ts';

/** How deliveries to a webhook went of late. */
export type Health = Pick<Webhook, 'failingSince' | 'failures' | 'lastSuccessAt' | 'lastStatus'>;

export const unknownHealth: Health = { failingSince: null, failures: 0, lastSuccessAt: null, lastStatus: null };

/** What one process has seen of a webhook for a moment, in the order of time. */
export interface Seen extends WebhookOwner {
  /** The last one; null: none. */
  successAt: Date | null;
  /** Since the last success. */
  failures: number;
  /** The first of these. */
  failingSince: Date | null;
  /** Of the last answer; null: there was none. */
  status: number | null;
}

/** A webhook that fails now. */
export interface Failing extends WebhookOwner {
  since: Date;
  failures: number;
}

interface Row extends Omit<Health, 'failingSince' | 'lastSuccessAt'> {
  id: string;
  failingSince: Date | null;
  lastSuccessAt: Date | null;
}

const record = `
  INSERT INTO webhook_health AS health (tenant_id, id, last_success_at, failures, failing_since, last_status)
  SELECT seen.tenant_id, seen.id, seen.success_at, seen.failures, seen.failing_since, seen.status
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[], $5::timestamptz[], $6::int[])
    AS seen(tenant_id, id, success_at, failures, failing_since, status), ${withoutFlush}
  ON CONFLICT (tenant_id, id) DO UPDATE SET
    last_success_at = COALESCE(excluded.last_success_at, health.last_success_at),
    last_status = COALESCE(excluded.last_status, health.last_status),
    failures = CASE WHEN excluded.last_success_at IS NULL THEN health.failures ELSE 0 END + excluded.failures,
    failing_since = CASE WHEN excluded.last_success_at IS NULL THEN COALESCE(health.failing_since, excluded.failing_since)
      ELSE excluded.failing_since END
  RETURNING tenant_id AS "tenantId", id, failing_since AS since, failures`;

/** What all replicas know together of how webhooks do. It is no event: of a busy one that would be one per message. */
export class WebhookHealth {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Each webhook once. Answers those that fail, with all their failures. */
  async record(seen: readonly Seen[]): Promise<Failing[]> {
    const column = <Name extends keyof Seen>(name: Name): Array<Seen[Name]> => seen.map((one) => one[name]);
    const { rows } = await this.pool.query<WebhookOwner & { since: Date | null; failures: number }>(record, [
      column('tenantId'),
      column('id'),
      column('successAt'),
      column('failures'),
      column('failingSince'),
      column('status'),
    ]);
    return rows.flatMap(({ since, ...row }) => (since === null ? [] : [{ ...row, since }]));
  }

  /** Failures of before count no more. */
  async forgive({ tenantId, id }: WebhookOwner): Promise<void> {
    await this.pool.query(
      'UPDATE webhook_health SET failing_since = NULL, failures = 0 WHERE tenant_id = $1 AND id = $2',
      [tenantId, id],
    );
  }

  async forget({ tenantId, id }: WebhookOwner): Promise<void> {
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
