import type { Pool } from 'pg';

/** First key of this service's advisory locks. */
const lockClass = 8_811;

/**
 * Runs `work` unless another process does it just now.
 * @param name what only one process may do at a time
 */
export const oneProcess = async (pool: Pool, name: string, work: () => Promise<void>): Promise<void> => {
  const session = await pool.connect();
  let fault: unknown = null;
  // A session that is lost has lost the lock too; the work itself is safe in two processes, only twice the effort.
  session.on('error', (error) => {
    fault = error;
  });
  try {
    const { rows } = await session.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS held', [
      lockClass,
      name,
    ]);
    if (rows[0]?.held !== true) return;
    await work();
    await session.query('SELECT pg_advisory_unlock($1, hashtext($2))', [lockClass, name]);
  } catch (error) {
    fault = error;
    throw error;
  } finally {
    session.removeAllListeners('error');
    // Ending the session frees the lock when nothing else did.
    session.release(fault !== null);
  }
};
