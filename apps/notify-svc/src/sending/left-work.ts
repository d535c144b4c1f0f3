import type { Clock } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import type { Pool } from 'pg';

const everyMs = 30_000;
/** Longer than the lease of a process of the version before this one. */
const overdueMs = 60_000;

const adopt = `
  WITH overdue AS (DELETE FROM delivery_work WHERE due_at < $1 RETURNING *)
  INSERT INTO delivery_queue
    (tenant_id, id, lane, step, endpoint, event_id, planned_at, sending, held, attempts, correlation_id, due_at)
  SELECT w.tenant_id, w.id, 'mail', 0, 'smtp', d.event_id, d.created_at, w.sending, false, w.attempts, w.correlation_id, w.due_at
  FROM overdue w JOIN delivery d ON d.tenant_id = w.tenant_id AND d.id = w.id
  WHERE d.state IN ('pending', 'sending')
  ON CONFLICT DO NOTHING`;

/** Takes over the work that the version before this one has planned and, being gone, does not do. */
export const startAdopting = (pool: Pool, clock: Clock, log: Log): { stop(): void } => {
  const run = (): Promise<unknown> =>
    pool
      .query(adopt, [new Date(clock().getTime() - overdueMs)])
      .catch((error: unknown) => log.warn({ err: error }, 'left work could not be taken over; trying again'));
  void run();
  const timer = setInterval(() => void run(), everyMs).unref();
  return { stop: () => clearInterval(timer) };
};
