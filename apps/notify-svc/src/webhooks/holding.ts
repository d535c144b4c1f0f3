import type { Clock } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import type { Pool } from 'pg';
import { unlessInUse } from '../sending/work-list.ts';

const everyMs = 5_000;
/** Until it is put aside again. */
const asideMs = 86_400_000;

/**
 * The hold is locked, so that whoever ends it finds everything here that was put aside under it; one that is being ended is
 * passed over.
 */
const heldAside = `
  WITH free AS (
    SELECT work.tenant_id, work.id FROM delivery_queue work JOIN endpoint_hold hold USING (tenant_id, endpoint)
    WHERE NOT work.sending AND work.due_at <= $1 FOR SHARE OF hold SKIP LOCKED FOR ${unlessInUse})
  UPDATE delivery_queue work SET due_at = $2, held = true FROM free
  WHERE work.tenant_id = free.tenant_id AND work.id = free.id`;

export interface HoldingParts {
  pool: Pool;
  clock: Clock;
  log: Log;
}

/** Once: what waits for endpoints that are held. */
export const putAside = async (pool: Pool, now: Date): Promise<void> => {
  await pool.query(heldAside, [now, new Date(now.getTime() + asideMs)]);
};

/**
 * Puts aside what waits for endpoints that are held. Nobody takes it in any case; aside it costs nothing to whoever looks
 * for what is due.
 */
export const startPuttingAside = ({ pool, clock, log }: HoldingParts): { stop(): void } => {
  const run = (): Promise<void> =>
    putAside(pool, clock()).catch((error: unknown) =>
      log.warn({ err: error }, 'what is held could not be put aside; trying again'),
    );
  const timer = setInterval(() => void run(), everyMs).unref();
  return { stop: () => clearInterval(timer) };
};

/** What waits for an endpoint that is held no more is due now. */
export const takeUp = async (pool: Pool, key: { tenantId: string; endpoint: string }, now: Date): Promise<void> => {
  await pool.query(
    `UPDATE delivery_queue SET due_at = $3, held = false
     WHERE tenant_id = $1 AND endpoint = $2 AND due_at > $3 AND held AND NOT sending`,
    [key.tenantId, key.endpoint, now],
  );
};
