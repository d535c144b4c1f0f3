import type { SecondCopies } from './second-copies.ts';
import { someAtOnce } from './some-at-once.ts';
import type { Spool } from './spool.ts';
import type { SpooledMedia, SpooledTable } from './spooled.table.ts';

export interface CopyingParts {
  spool: Spool;
  table: SpooledTable;
  copies: SecondCopies;
}

const batchSize = 100;
/** Few: the other replica has uploads of its own. */
const atOnce = 4;

/**
 * Has other replicas keep what only this one holds, since there was none when it came, or since that one has been lost.
 * Ends where none takes anything.
 *
 * @throws what the database throws
 */
export const copyAlone = async ({ spool, table, copies }: CopyingParts, signal: AbortSignal): Promise<number> => {
  const replicaId = await spool.replicaId();
  let copied = 0;
  let isRefused = false;
  const copyOne = async ({ key }: SpooledMedia): Promise<void> => {
    // It may have been moved meanwhile.
    if (isRefused || signal.aborted || !(await spool.has(key))) return;
    const holder = await copies.make(key);
    if (holder === null) {
      isRefused = true;
      return;
    }
    await table.add(key, holder);
    copied += 1;
  };
  for (let after: SpooledMedia | undefined; !signal.aborted; ) {
    const batch = await table.nextAlone(replicaId, batchSize, after);
    // One alone first: while nobody takes anything only one is tried, and the others would be refused beside it.
    const alone = copied === 0 ? 1 : 0;
    await someAtOnce(batch.slice(0, alone), 1, copyOne);
    await someAtOnce(batch.slice(alone), atOnce, copyOne);
    if (isRefused) break;
    after = batch.at(-1);
    if (batch.length < batchSize) break;
  }
  return copied;
};
