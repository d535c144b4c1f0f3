import type { PatientStorage } from '../storage/patient-storage.ts';
import type { SpooledMedia, SpooledTable } from './spooled.table.ts';

const batchSize = 100;

/**
 * Ends the rows of replicas that are down, of what the storage has by another replica's copy: a disk that was lost says
 * nothing any more. Should such a replica come back, it finds its files without rows and moves them once more.
 *
 * @throws what the storage or the database throws
 */
export const settleSilent = async (storage: PatientStorage, table: SpooledTable): Promise<number> => {
  let settled = 0;
  for (let after: SpooledMedia | undefined; storage.takes; ) {
    const batch = await table.nextOfSilent(batchSize, after);
    for (const { key, replicaId, isStored } of batch) {
      if (isStored && !(await storage.has(key))) continue;
      await table.end(key, replicaId);
      settled += 1;
    }
    after = batch.at(-1);
    if (batch.length < batchSize) break;
  }
  return settled;
};
