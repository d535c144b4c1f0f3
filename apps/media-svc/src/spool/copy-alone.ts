import type { SecondCopies } from './second-copies.ts';
import type { Spool } from './spool.ts';
import type { SpooledMedia, SpooledTable } from './spooled.table.ts';

export interface CopyingParts {
  spool: Spool;
  table: SpooledTable;
  copies: SecondCopies;
}

const batchSize = 100;

/**
 * Has other replicas keep what only this one holds, since there was none when it came, or since that one has been lost.
 * Ends where none takes anything.
 *
 * @throws what the database throws
 */
export const copyAlone = async ({ spool, table, copies }: CopyingParts, signal: AbortSignal): Promise<number> => {
  const replicaId = await spool.replicaId();
  let copied = 0;
  for (let after: SpooledMedia | undefined; !signal.aborted; ) {
    const batch = await table.nextAlone(replicaId, batchSize, after);
    for (const { key } of batch) {
      if (signal.aborted) break;
      // It may have been moved meanwhile.
      if (!(await spool.has(key))) continue;
      const holder = await copies.make(key);
      if (holder === null) return copied;
      await table.add(key, holder);
      copied += 1;
    }
    after = batch.at(-1);
    if (batch.length < batchSize) break;
  }
  return copied;
};
