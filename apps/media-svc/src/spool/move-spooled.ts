import type { Log } from '@aftertone/messaging';
import { spoolMoves } from '../metrics.ts';
import { isWhole } from '../storages/care/hashed.ts';
import type { Storage } from '../storages/storages.ts';
import { someAtOnce } from './some-at-once.ts';
import { type Spool, spooledContent } from './spool.ts';
import type { SpooledMedia, SpooledTable } from './spooled.table.ts';

export interface MovingParts {
  spool: Spool;
  /** What goes to this one. */
  storage: Storage;
  table: SpooledTable;
  /** Media ids of what could not be read from the spool; they are passed over, whoever has given them may forget them. */
  unreadable: Set<string>;
  log: Log;
}

const batchSize = 100;
/** Few, so that uploads do not wait for the mover. */
const atOnce = 4;

/**
 * Moves what this replica's spool holds for a storage into it, oldest first, until a pass is done or the storage fails.
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
    if (signal.aborted || parts.unreadable.has(entry.key.mediaId)) return;
    if (await moveOne(parts, replicaId, entry)) moved += 1;
    else parts.unreadable.add(entry.key.mediaId);
  };
  for (let after: SpooledMedia | undefined; !signal.aborted; ) {
    const batch = await parts.table.next({ replicaId, storage: parts.storage.name }, batchSize, after);
    // One alone first: while the storage is still away, only one is tried.
    const alone = moved === 0 ? 1 : 0;
    await someAtOnce(batch.slice(0, alone), 1, move);
    await someAtOnce(batch.slice(alone), atOnce, move);
    after = batch.at(-1);
    if (batch.length < batchSize) break;
  }
  return moved;
};

/** False when it cannot be moved, although its storage may take others. */
const moveOne = async (parts: MovingParts, replicaId: string, entry: SpooledMedia): Promise<boolean> => {
  const { spool, storage, table } = parts;
  const { key } = entry;
  if (entry.isStored && !(await copy(parts, entry))) return false;
  const ending = await table.end(key, replicaId, storage.name);
  // Deleted or given away while it was on its way: what was copied is nobody's. A deletion after this finds it there.
  if (ending !== 'ended') await storage.patient.delete(key);
  if (ending === 'turned') return true;
  await spool.delete(key);
  spoolMoves.inc();
  return true;
};

/** False when there is nothing to copy from, or not what was stored: that must not become whole in the storage. */
const copy = async ({ spool, storage, log }: MovingParts, { key, bytes }: SpooledMedia): Promise<boolean> => {
  const about = { tenantId: key.tenantId, mediaId: key.mediaId, storage: storage.name };
  if (!(await spool.has(key))) {
    if (await storage.patient.has(key)) return true;
    log.error(about, 'a recording is neither in the spool nor in the storage');
    return false;
  }
  // One file that cannot be read holds up none of the others.
  const isGood = await isWhole(spool, key).catch((error: unknown) => {
    log.error({ ...about, err: error }, 'a recording in the spool cannot be read');
    return null;
  });
  if (isGood === false) log.error(about, 'a recording in the spool is not what was stored');
  if (isGood !== true) return false;
  await storage.patient.putInTime(key, { ...spooledContent(spool, key), bytes });
  return true;
};
