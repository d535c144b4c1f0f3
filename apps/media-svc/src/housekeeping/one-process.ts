import type { Pool, PoolClient } from 'pg';

/** First key of this service's advisory locks. */
const lockClass = 8_811;

/**
 * Runs `work` unless another process does it just now. A session that is lost has lost the lock too: the work must be
 * safe in two processes, where it is only twice the effort.
 * @param name what only one process may do at a time
 * @returns false when another one does it
 */
export const oneProcess = async (pool: Pool, name: string, work: () => Promise<void>): Promise<boolean> => {
  const session = await pool.connect();
  let isLost = false;
  const lose = (): void => {
    isLost = true;
  };
  session.on('error', lose);
  try {
    if (!(await ask(session, 'pg_try_advisory_lock', name))) return false;
    try {
      await work();
      return true;
    } finally {
      await ask(session, 'pg_advisory_unlock', name).catch(lose);
    }
  } finally {
    session.off('error', lose);
    // A session that could not say that it gives the lock back gives it back by ending.
    session.release(isLost);
  }
};

const ask = async (
  session: PoolClient,
  what: 'pg_try_advisory_lock' | 'pg_advisory_unlock',
  name: string,
): Promise<boolean> => {
  const { rows } = await session.query<{ done: boolean }>(`SELECT ${what}($1, hashtext($2)) AS done`, [
    lockClass,
    name,
  ]);
  return rows[0]?.done === true;
};
