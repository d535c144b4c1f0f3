import type { Pool } from 'pg';
import type { Lane } from '../deliveries/chain.ts';

/** One delivery that is due. */
export interface Work {
  tenantId: string;
  id: string;
  correlationId: string;
  endpoint: string;
  /** Due deliveries of one group are sent together. */
  groupKey: string | null;
  /** It was tried before. */
  retry: boolean;
  /** Since when it was due. */
  dueAt: Date;
}

/** A share of the places: so many deliveries of this kind. */
export interface Share {
  limit: number;
  /** True: tried before. They may fail again slowly, and must not keep the others waiting. */
  retry: boolean;
  /** Only these endpoints; null: all that are not in `without`. */
  only: readonly string[] | null;
  without: readonly string[];
}

export interface TakeRequest {
  now: Date;
  share: Share;
  /** Deliveries that this process is working on. */
  except: readonly string[];
}

type Key = Pick<Work, 'tenantId' | 'id'>;

export interface WorkListOptions {
  pool: Pool;
  lane: Lane;
  /** How long after the end of a process its work is taken over. */
  leaseMs: number;
  /**
   * How long the first attempt of a later channel waits for the first attempts of the earlier ones to end, and once more
   * as long for them to begin.
   */
  stepWaitMs: number;
}

const earlierThat = (condition: string): string => `EXISTS (
  SELECT FROM delivery_queue earlier
  WHERE earlier.tenant_id = work.tenant_id AND earlier.event_id = work.event_id AND earlier.step < work.step
    AND (${condition}))`;

/** Due or just taken; what is held back on purpose keeps nobody waiting. */
const notBegun = 'earlier.attempts = 0 AND earlier.due_at <= $3 AND NOT earlier.held';
const underWay = 'earlier.attempts = 1 AND earlier.sending';

// When the earlier ones take too long they still begin before the later ones.
const isItsTurn = `(work.step = 0 OR work.planned_at <= $9
  OR NOT ${earlierThat(`${notBegun} OR work.planned_at > $4 AND ${underWay}`)})`;

// Whoever takes the first one takes the others, too: two replicas would make two digests of one.
const isFirstOfGroup = `(work.group_key IS NULL OR NOT EXISTS (
  SELECT FROM delivery_queue other
  WHERE other.tenant_id = work.tenant_id AND other.group_key = work.group_key AND other.id < work.id))`;

const isHeld = `EXISTS (
  SELECT FROM endpoint_hold hold WHERE hold.tenant_id = work.tenant_id AND hold.endpoint = work.endpoint)`;

const due = (retry: boolean): string => `
  SELECT work.tenant_id, work.id, work.due_at FROM delivery_queue work
  WHERE work.lane = $1 AND work.attempts ${retry ? '> 0' : '= 0'} AND work.due_at <= $2 AND work.id <> ALL ($5)
    AND ($6::text[] IS NULL OR work.endpoint = ANY ($6)) AND work.endpoint <> ALL ($7)
    AND NOT ${isHeld}
    AND ${isFirstOfGroup}
    ${retry ? '' : `AND ${isItsTurn}`}
  ORDER BY work.due_at LIMIT $8 FOR ${unlessInUse}`;

/**
 * Who holds what and until when need not outlive a power failure, and so waits for no disk: what was begun is on record
 * in the log, and whatever else comes back is taken once more.
 */
export const withoutFlush = `(SELECT set_config('synchronous_commit', 'off', true)) AS without_flush`;

/**
 * An append changes rows of several deliveries, in the order of its events: whoever waits for one of them with others in
 * hand may have it wait, too. What it changes at this moment has another due time afterwards, or comes back by its lease.
 */
export const unlessInUse = 'UPDATE OF work SKIP LOCKED';

const take = (retry: boolean): string => `
  WITH taken AS (${due(retry)})
  UPDATE delivery_queue work SET due_at = $3 FROM taken, ${withoutFlush}
  WHERE work.tenant_id = taken.tenant_id AND work.id = taken.id
    ${retry ? 'AND ($4::timestamptz, $9::timestamptz) IS NOT NULL' : ''}
  RETURNING work.tenant_id AS "tenantId", work.id, work.correlation_id AS "correlationId", work.endpoint,
    work.group_key AS "groupKey", work.attempts > 0 AS retry, taken.due_at AS "dueAt"`;

// Planned once for each session: they are asked for many times a second.
const takeFresh = { name: 'take-fresh', text: take(false) };
const takeTried = { name: 'take-tried', text: take(true) };

/** The deliveries of a lane that are to be sent, shared by all replicas. Who takes one holds it until its lease is over. */
export class WorkList {
  private readonly options: WorkListOptions;

  constructor(options: WorkListOptions) {
    this.options = options;
  }

  leaseUntil(now: Date): Date {
    return new Date(now.getTime() + this.options.leaseMs);
  }

  /** Takes what is due, the longest waiting first. */
  async take({ now, share, except }: TakeRequest): Promise<Work[]> {
    const { pool, lane, stepWaitMs } = this.options;
    const [overdue, longOverdue] = [1, 2].map((waits) => new Date(now.getTime() - waits * stepWaitMs));
    const { limit, retry, only, without } = share;
    if (limit <= 0 || only?.length === 0) return [];
    const values = [lane, now, this.leaseUntil(now), overdue, except, only, without, limit, longOverdue];
    const { rows } = await pool.query<Work>({ ...(retry ? takeTried : takeFresh), values });
    return rows;
  }

  /** What else is due of a group, for whoever has taken one of it. */
  async takeGroup({ tenantId, groupKey }: { tenantId: string; groupKey: string }, now: Date): Promise<Work[]> {
    const { rows } = await this.options.pool.query<Work>(
      `WITH taken AS (
         SELECT tenant_id, id, due_at FROM delivery_queue work
         WHERE tenant_id = $1 AND group_key = $2 AND due_at <= $3 ORDER BY due_at LIMIT 200 FOR ${unlessInUse})
       UPDATE delivery_queue work SET due_at = $4 FROM taken
       WHERE work.tenant_id = taken.tenant_id AND work.id = taken.id
       RETURNING work.tenant_id AS "tenantId", work.id, work.correlation_id AS "correlationId", work.endpoint,
         work.group_key AS "groupKey", work.attempts > 0 AS retry, taken.due_at AS "dueAt"`,
      [tenantId, groupKey, now, this.leaseUntil(now)],
    );
    return rows;
  }

  /** Gives back what was taken and not begun: it is due again at its `at`. */
  async putBack(back: ReadonlyArray<Key & { at: Date }>): Promise<void> {
    if (back.length === 0) return;
    await this.options.pool.query(
      `WITH free AS (
         SELECT tenant_id, id, back.at FROM delivery_queue work
         JOIN unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS back(tenant_id, id, at) USING (tenant_id, id)
         WHERE NOT sending FOR ${unlessInUse})
       UPDATE delivery_queue work SET due_at = free.at, held = true FROM free, ${withoutFlush}
       WHERE work.tenant_id = free.tenant_id AND work.id = free.id`,
      [back.map(({ tenantId }) => tenantId), back.map(({ id }) => id), back.map(({ at }) => at)],
    );
  }

  /** What is due at an endpoint waits until then; what is under way goes on. */
  async hold(endpoint: string, now: Date, until: Date): Promise<void> {
    await this.options.pool.query(
      `WITH free AS (
         SELECT tenant_id, id FROM delivery_queue work
         WHERE endpoint = $1 AND due_at <= $2 AND NOT sending FOR ${unlessInUse})
       UPDATE delivery_queue work SET due_at = $3, held = true FROM free, ${withoutFlush}
       WHERE work.tenant_id = free.tenant_id AND work.id = free.id`,
      [endpoint, now, until],
    );
  }

  /** What was held for an endpoint that answers again is due now. */
  async release(endpoint: string, now: Date): Promise<void> {
    await this.options.pool.query(
      `WITH free AS (
         SELECT tenant_id, id FROM delivery_queue work
         WHERE endpoint = $1 AND due_at > $2 AND held AND NOT sending FOR ${unlessInUse})
       UPDATE delivery_queue work SET due_at = $2, held = false FROM free, ${withoutFlush}
       WHERE work.tenant_id = free.tenant_id AND work.id = free.id`,
      [endpoint, now],
    );
  }

  /** Says that attempt `n` still runs. False when somebody else has declared it cut off, or it has been recorded. */
  async renew({ tenantId, id }: Key, n: number, now: Date): Promise<boolean> {
    const { rowCount } = await this.options.pool.query(
      `UPDATE delivery_queue SET due_at = $4 FROM ${withoutFlush}
       WHERE tenant_id = $1 AND id = $2 AND sending AND attempts = $3`,
      [tenantId, id, n, this.leaseUntil(now)],
    );
    return rowCount !== 0;
  }
}
