import type { Pool } from 'pg';

/** One delivery that is due. */
export interface Work {
  tenantId: string;
  id: string;
  correlationId: string;
  /** It was tried before. */
  retry: boolean;
  /** Since when it was due. */
  dueAt: Date;
}

export interface TakeRequest {
  now: Date;
  /** How many that were never tried. */
  fresh: number;
  /** How many that were tried before: they may fail again slowly, and must not keep the others waiting. */
  tried: number;
  /** Deliveries that this process is working on. */
  except: readonly string[];
}

const due = (attempts: string, limit: string): string => `
  SELECT tenant_id, id, due_at FROM delivery_work
  WHERE ${attempts} AND due_at <= $1 AND NOT id = ANY ($4)
  ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`;

/** The deliveries that are to be sent, shared by all replicas. Who takes one holds it until its lease is over. */
export class WorkList {
  private readonly pool: Pool;
  private readonly leaseMs: number;

  constructor(pool: Pool, leaseMs: number) {
    this.pool = pool;
    this.leaseMs = leaseMs;
  }

  leaseUntil(now: Date): Date {
    return new Date(now.getTime() + this.leaseMs);
  }

  /** Takes what is due, the longest waiting first. */
  async take({ now, fresh, tried, except }: TakeRequest): Promise<Work[]> {
    const { rows } = await this.pool.query<Work>(
      `WITH fresh AS (${due('attempts = 0', '$2')}), tried AS (${due('attempts > 0', '$3')})
       UPDATE delivery_work work SET due_at = $5
       FROM (SELECT * FROM fresh UNION ALL SELECT * FROM tried) taken
       WHERE work.tenant_id = taken.tenant_id AND work.id = taken.id
       RETURNING work.tenant_id AS "tenantId", work.id, work.correlation_id AS "correlationId",
         work.attempts > 0 AS retry, taken.due_at AS "dueAt"`,
      [now, fresh, tried, except, this.leaseUntil(now)],
    );
    return rows;
  }

  /** Says that attempt `n` still runs. False when somebody else has declared it cut off, or it has been recorded. */
  async renew({ tenantId, id }: Pick<Work, 'tenantId' | 'id'>, n: number, now: Date): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE delivery_work SET due_at = $4 WHERE tenant_id = $1 AND id = $2 AND sending AND attempts = $3`,
      [tenantId, id, n, this.leaseUntil(now)],
    );
    return rowCount !== 0;
  }
}
