import type { EventStore } from '@aftertone/event-store';
import { type Clock, conflict, DomainError, newId } from '@aftertone/kernel';
import type { BlobKey } from '../../blobs/blob-store.ts';
import { recordingMissingCode } from '../../blobs/storage-errors.ts';
import { causedBy } from '../../ground/ground.ts';
import { oneProcess } from '../../housekeeping/one-process.ts';
import { movingBytes } from '../../housekeeping/remove-strays.ts';
import { findHome } from '../../media/catalogue/home.ts';
import { mediaAggregate } from '../../media/media.aggregate.ts';
import { RenditionsTable } from '../../renditions/renditions.table.ts';
import { someAtOnce } from '../../spool/some-at-once.ts';
import { SpooledTable } from '../../spool/spooled.table.ts';
import { isOurs } from '../claim.ts';
import type { Storage } from '../storages.ts';
import { hashedContent, wrongBytesIn } from './hashed.ts';
import { type RecordingIn, recordingsIn } from './recordings-in.ts';

export interface MigratingParts {
  store: EventStore;
  clock: Clock;
  from: Storage;
  to: Storage;
  /** Told of each recording that stays where it is, and why. */
  onFault(key: BlobKey, fault: string): void;
  onProgress(moved: number): void;
}

export interface Migrated {
  moved: number;
  /** Not there, or not what was stored: `media verify` may mend them. */
  faulty: number;
}

/** Few, so that a service that does the same work beside it is heard. */
const atOnce = 8;

/**
 * Moves every recording of a storage into another while both are used: copies, compares the hash, records the move,
 * deletes. What is in spools is turned towards the new storage first. Wherever it is cut off, each recording can be
 * heard, and the next run goes on with the rest.
 *
 * @throws what a storage or the database throws that does not answer; DomainError `storages-not-apart`, `storages-busy`
 */
export const migrate = async (parts: MigratingParts): Promise<Migrated> => {
  const { store, from, to } = parts;
  if (!(await isOurs(store.pool, to))) throw notApart(to.name);
  // One that is away cannot be the place that has just answered.
  if (!(await isOurs(store.pool, from).catch(() => true))) throw notApart(from.name);
  const outcome: Migrated = { moved: 0, faulty: 0 };
  const ran = await oneProcess(store.pool, movingBytes, async () => {
    for await (const batch of recordingsIn(store.pool, from.name)) {
      await someAtOnce(batch, atOnce, (recording) => moveAndCount(parts, recording, outcome));
      parts.onProgress(outcome.moved);
    }
  });
  if (!ran) throw conflict('storages-busy', 'Storages are tidied or migrated by somebody just now: try again.');
  return outcome;
};

const notApart = (name: string) =>
  conflict(
    'storages-not-apart',
    `"${name}" is the same place as another storage, or another installation claims it (docs/media.md: owner).`,
  );

const moveAndCount = async (parts: MigratingParts, recording: RecordingIn, outcome: Migrated): Promise<void> => {
  const fault = await moveOne(parts, recording);
  if (fault === null) {
    outcome.moved += 1;
    return;
  }
  outcome.faulty += 1;
  parts.onFault(recording.key, fault);
};

/** Null when it is moved; else why it is not. */
const moveOne = async (parts: MigratingParts, { key, bytes, isSpooled }: RecordingIn): Promise<string | null> => {
  const { store, from, to } = parts;
  // From here on no spool ends its row for the old storage.
  const isHeld = isSpooled && (await new SpooledTable(store.pool).turn(key, to.name));
  const fault = isHeld ? null : await copy(parts, key, bytes);
  // Deleted since the page was read: nobody misses it.
  if (fault !== null) return (await findHome(store.pool, key)) === null ? null : fault;
  if (!(await record(parts, key))) {
    // Deleted or moved by somebody else meanwhile: what was copied is nobody's.
    if ((await findHome(store.pool, key))?.storage !== to.name) await to.blobs.delete(key);
    return null;
  }
  // One spool may have brought it into the old storage; another one that holds it may be lost with its disk.
  const isCopied = !isHeld || ((await hasNow(from, key)) && (await copy(parts, key, bytes)) === null);
  if (isCopied) await from.blobs.delete(key);
  // Made again beside it by the next who asks.
  for (const { sha256 } of await new RenditionsTable(store.pool).forget(key, from.name)) {
    // Of a storage that is gone for good nothing can be removed; of one that is not, it is a stray.
    await from.blobs.delete({ ...key, sha256 }).catch(() => undefined);
  }
  return null;
};

/** A storage that is gone for good has nothing; what it had comes from spools. */
const hasNow = ({ blobs }: Storage, key: BlobKey): Promise<boolean> => blobs.has(key).catch(() => false);

/** Null when the other storage has it now. */
const copy = async ({ from, to }: MigratingParts, key: BlobKey, bytes: number): Promise<string | null> => {
  try {
    await to.blobs.put(key, hashedContent(from.blobs, key, bytes));
    return null;
  } catch (error) {
    const wrong = wrongBytesIn(error);
    if (wrong !== null) return `not what was stored: ${wrong.message}`;
    if (error instanceof DomainError && error.code === recordingMissingCode) return 'missing';
    throw error;
  }
};

const record = async ({ store, clock, from, to }: MigratingParts, key: BlobKey): Promise<boolean> => {
  const { events } = await store.handle(mediaAggregate, {
    tenantId: key.tenantId,
    id: key.mediaId,
    command: { type: 'MoveMedia', data: { from: from.name, to: to.name }, meta: { now: clock().toISOString() } },
    meta: causedBy(newId()),
  });
  return events.length > 0;
};
