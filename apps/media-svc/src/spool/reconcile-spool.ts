import type { Spool } from './spool.ts';
import type { SpooledTable } from './spooled.table.ts';

/** An upload is over long before this, and an append whose outcome is unknown is decided. */
const strayAfterMs = 600_000;

export interface Reconciled {
  /** Files whose row was missing: they are moved like all others. */
  found: number;
  /** Files that belong to no recording, removed. */
  strays: number;
}

/**
 * Looks at each file in the spool of this replica. A kill between the end of a row and that of its file leaves a file
 * that the storage has too; one between a file and its event leaves a file of no recording.
 */
export const reconcileSpool = async (spool: Spool, table: SpooledTable, now = Date.now()): Promise<Reconciled> => {
  const replicaId = await spool.replicaId();
  const outcome = { found: 0, strays: 0 };
  for await (const { key, storedAt } of spool.list()) {
    const { isStored, isListed } = await table.standing(key, replicaId);
    if (isListed) continue;
    const isYoung = now - storedAt.getTime() < strayAfterMs;
    if (isStored) {
      await table.add(key, replicaId);
      outcome.found += 1;
    } else if (!isYoung) {
      await spool.delete(key);
      outcome.strays += 1;
    }
  }
  return outcome;
};
