import type { Log } from '@aftertone/messaging';
import type { BlobKey } from '../blobs/blob-store.ts';
import { spoolMoves } from '../metrics.ts';
import type { PatientStorage } from '../storage/patient-storage.ts';
import { someAtOnce } from './some-at-once.ts';
import { type Spool, spooledContent } from './spool.ts';
import type { SpooledMedia, SpooledTable } from './spooled.table.ts';

export interface MovingParts {
  spool: Spool;
  storage: PatientStorage;
  table: SpooledTable;
  log: Log;
}

const batchSize = 100;
/** Few, so that uploads do not wait for the mover. */
const atOnce = 4;

/**
 * Moves what this replica's spool holds into the storage, oldest first, until a pass is done or the storage fails.
 *
 * The bytes are in the storage before the row ends, and the row ends before the file: wherever a kill falls between,
 * the recording is found where its row says or in the storage, and the next pass does the rest.
 *
 * @throws what the storage or the database throws
 */
export const moveSpooled = async (parts: MovingParts, signal: AbortSignal): Promise<number> => {
  const replicaId = await parts.spool.replicaId();
  let moved = 0;
  const move = async (entry: SpooledMedia): Promise<void> => {
    if (signal.aborted) return;
    await moveOne(parts, replicaId, entry);
    moved += 1;
  };
  for (let after: SpooledMedia | undefined; !signal.aborted; ) {
    const batch = await parts.table.next(replicaId, batchSize, after);
    // One alone first: while the storage is still away, only one is tried.
    const alone = moved === 0 ? 1 : 0;
    await someAtOnce(batch.slice(0, alone), 1, move);
    await someAtOnce(batch.slice(alone), atOnce, move);
    after = batch.at(-1);
    if (batch.length < batchSize) break;
  }
  return moved;
};

const moveOne = async (parts: MovingParts, replicaId: string, { key, isStored }: SpooledMedia): Promise<void> => {
  const { spool, storage, table } = parts;
  if (isStored && !(await copy(parts, key))) return;
  // Deleted while it was on its way: what was copied is nobody's. A deletion after this finds it in the storage.
  if (!(await table.end(key, replicaId))) await storage.delete(key);
  await spool.delete(key);
  spoolMoves.inc();
};

/** False when there is nothing to copy from and nothing in the storage. */
const copy = async ({ spool, storage, log }: MovingParts, key: BlobKey): Promise<boolean> => {
  if (!(await spool.has(key))) {
    if (await storage.has(key)) return true;
    log.error(
      { tenantId: key.tenantId, mediaId: key.mediaId },
      'a recording is neither in the spool nor in the storage',
    );
    return false;
  }
  await storage.put(key, spooledContent(spool, key));
  return true;
};
