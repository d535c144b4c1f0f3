import { setTimeout as delay } from 'node:timers/promises';
import type { Actor } from '@aftertone/contracts';
import type { Elected, EventStore } from '@aftertone/event-store';
import { type Clock, DomainError } from '@aftertone/kernel';
import type pg from 'pg';
import { parameters } from '../list/delivery-list.sql.ts';
import { Again } from './again.ts';
import { failedOf, replayFilter } from './delivery-replay.ts';

export interface ReplayWorkParts {
  store: EventStore;
  clock: Clock;
  /** Something has become due. */
  onReplayed(): void;
}

interface Job {
  tenantId: string;
  id: string;
  filter: unknown;
  requestedBy: Pick<Actor, 'kind' | 'id'>;
  correlationId: string;
  requestedAt: Date;
  afterAt: Date | null;
  afterId: string | null;
}

interface Failed {
  id: string;
  createdAt: Date;
}

const pageSize = 200;
const lookEveryMs = 500;
const keptMs = 7 * 86_400_000;

const oldest = `SELECT tenant_id AS "tenantId", id, filter, requested_by AS "requestedBy", correlation_id AS "correlationId",
    requested_at AS "requestedAt", after_at AS "afterAt", after_id AS "afterId"
  FROM delivery_replay WHERE finished_at IS NULL ORDER BY requested_at LIMIT 1`;

/** The next of a job: each that had been planned when it was asked for, once, also when it fails again meanwhile. */
const pageOf = async (pool: pg.Pool, job: Job): Promise<Failed[]> => {
  const { values, param } = parameters();
  const conditions = failedOf({ tenantId: job.tenantId, filter: replayFilter.parse(job.filter) }, param);
  conditions.push(`d.created_at <= ${param(job.requestedAt)}`);
  if (job.afterAt !== null) conditions.push(`(d.created_at, d.id) > (${param(job.afterAt)}, ${param(job.afterId)})`);
  const text = `SELECT d.id, d.created_at AS "createdAt" FROM delivery d WHERE ${conditions.join(' AND ')}
    ORDER BY d.created_at, d.id LIMIT ${pageSize}`;
  return (await pool.query<Failed>({ text, values })).rows;
};

/** Sends failed deliveries again, as somebody has asked for, a page at a time: a page that a crash cut off comes again. */
export class ReplayWork {
  private readonly parts: ReplayWorkParts;
  private readonly again: Again;

  constructor(parts: ReplayWorkParts) {
    this.parts = parts;
    this.again = new Again(parts.store, parts.clock);
  }

  /** One process does it. */
  start(): Elected {
    const { store } = this.parts;
    return store.elections.run({ name: 'delivery-replay', takeOverMs: 1_000 }, async (_session, signal) => {
      await store.pool.query('DELETE FROM delivery_replay WHERE finished_at < $1', [
        new Date(this.parts.clock().getTime() - keptMs),
      ]);
      while (!signal.aborted) {
        if (!(await this.step())) await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
      }
    });
  }

  /**
   * Works on one page. False: there is nothing to do. What cannot be done now is thrown when the others are counted; it
   * comes again with what is behind it.
   */
  async step(): Promise<boolean> {
    const { pool } = this.parts.store;
    const { rows } = await pool.query<Job>(oldest);
    const [job] = rows;
    if (job === undefined) return false;
    const page = await pageOf(pool, job);
    const outcomes = await Promise.allSettled(page.map(({ id }) => this.replay(job, id)));
    const count = (wanted: string): number =>
      outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === wanted).length;
    const failedAt = outcomes.findIndex(({ status }) => status === 'rejected');
    const failed = outcomes[failedAt];
    const last = (failed === undefined ? page : page.slice(0, failedAt)).at(-1);
    await pool.query(
      `UPDATE delivery_replay SET replayed = replayed + $3, refused = refused + $4, skipped = skipped + $8, after_at = COALESCE($5, after_at),
         after_id = COALESCE($6, after_id), finished_at = $7 WHERE tenant_id = $1 AND id = $2`,
      [
        ...[job.tenantId, job.id, count('replayed'), count('refused'), last?.createdAt ?? null, last?.id ?? null],
        failed === undefined && page.length < pageSize ? this.parts.clock() : null,
        count('skipped'),
      ],
    );
    if (page.length > 0) this.parts.onReplayed();
    if (failed?.status === 'rejected') throw failed.reason;
    return true;
  }

  private async replay(
    { tenantId, requestedBy: actor, correlationId }: Job,
    id: string,
  ): Promise<'replayed' | 'refused' | 'skipped' | 'nothing'> {
    try {
      const sent = await this.again.send({ tenantId, id }, { actor, correlationId });
      return sent === null ? 'nothing' : 'replayed';
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'rejected') {
        return error.code === 'recipient-gone' ? 'skipped' : 'refused';
      }
      throw error;
    }
  }
}
