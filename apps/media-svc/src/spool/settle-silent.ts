import type { BlobKey } from '../blobs/blob-store.ts';
import type { Storages } from '../storages/storages.ts';
import { someAtOnce } from './some-at-once.ts';
import type { SpooledMedia, SpooledTable } from './spooled.table.ts';

const batchSize = 100;
const atOnce = 10;

export interface Settling {
  settled: number;
  /** Where to go on next time; undefined when all were looked at. */
  after: SpooledMedia | undefined;
}

/**
 * Ends the rows of replicas that are down, of what the storage has by another replica's copy: a disk that was lost says
 * nothing any more. Should such a replica come back, it finds its files without rows and moves them once more.
 *
 * What only a replica that is down holds may be much, for long: ends behind a batch of nothing else, to go on from there.
 *
 * @throws what the storage or the database throws
 */
export const settleSilent = async (
  storages: Storages,
  table: SpooledTable,
  from: SpooledMedia | undefined,
): Promise<Settling> => {
  let settled = 0;
  let after = from;
  while (storages.all.some(({ patient }) => patient.takes)) {
    const batch = await table.nextOfSilent(batchSize, after);
    const outcomes = await someAtOnce(batch, atOnce, async ({ key, replicaId, storage, isStored }) => {
      if (isStored && !(await isThere(storages, storage, key))) return false;
      return (await table.end(key, replicaId, storage)) !== 'turned';
    });
    const ended = outcomes.filter(Boolean).length;
    settled += ended;
    if (batch.length < batchSize) return { settled, after: undefined };
    after = batch.at(-1);
    if (ended === 0) break;
  }
  return { settled, after };
};

/** One that does not answer, or that the settings do not name, has nothing as far as we know. */
const isThere = async (storages: Storages, name: string, key: BlobKey): Promise<boolean> => {
  if (!storages.has(name)) return false;
  const { patient } = storages.named(name);
  return patient.takes && patient.has(key);
};
