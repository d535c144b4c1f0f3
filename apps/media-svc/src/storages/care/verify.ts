import { DomainError } from '@aftertone/kernel';
import type { Pool } from 'pg';
import type { BlobKey, BlobStore } from '../../blobs/blob-store.ts';
import { recordingMissingCode } from '../../blobs/storage-errors.ts';
import { findHome } from '../../media/catalogue/home.ts';
import { someAtOnce } from '../../spool/some-at-once.ts';
import type { Storage, Storages } from '../storages.ts';
import { hashedContent, isWhole } from './hashed.ts';
import { type RecordingIn, recordingsIn } from './recordings-in.ts';

export type Fault = 'missing' | 'damaged';

export interface Finding {
  key: BlobKey;
  fault: Fault;
  /** Another storage that has it whole; null when none does. */
  copyIn: string | null;
  isMended: boolean;
}

export interface VerifyingParts {
  pool: Pool;
  storages: Storages;
  /** The one that is looked through. */
  storage: Storage;
  /** Reads every byte, instead of asking whether it is there. */
  hashes: boolean;
  mends: boolean;
  onFinding(finding: Finding): void;
}

export interface Verified {
  looked: number;
  spooled: number;
  faulty: number;
  mended: number;
}

const atOnce = 8;

/**
 * Looks for recordings that a storage has lost or damaged, and puts back what another storage still has whole.
 *
 * @throws what a storage or the database throws that does not answer
 */
export const verify = async (parts: VerifyingParts): Promise<Verified> => {
  const outcome: Verified = { looked: 0, spooled: 0, faulty: 0, mended: 0 };
  for await (const batch of recordingsIn(parts.pool, parts.storage.name)) {
    await someAtOnce(batch, atOnce, async (recording) => {
      outcome.looked += 1;
      if (recording.isSpooled) outcome.spooled += 1;
      const finding = recording.isSpooled ? null : await look(parts, recording);
      if (finding === null) return;
      outcome.faulty += 1;
      if (finding.isMended) outcome.mended += 1;
      parts.onFinding(finding);
    });
  }
  return outcome;
};

const look = async (parts: VerifyingParts, { key, bytes }: RecordingIn): Promise<Finding | null> => {
  const { storage, storages, hashes, mends } = parts;
  const fault = await faultOf(storage.blobs, key, hashes);
  // Moved or deleted since the page was read: what is not here is nobody's loss.
  if (fault === null || !(await isHome(parts, key))) return null;
  for (const other of storages.all) {
    if (other.name === storage.name || !(await hasWhole(other, key))) continue;
    if (!mends) return { key, fault, copyIn: other.name, isMended: false };
    await storage.blobs.put(key, hashedContent(other.blobs, key, bytes));
    if (await isHome(parts, key)) return { key, fault, copyIn: other.name, isMended: true };
    await storage.blobs.delete(key);
    return null;
  }
  return { key, fault, copyIn: null, isMended: false };
};

const isHome = async ({ pool, storage }: VerifyingParts, key: BlobKey): Promise<boolean> => {
  const home = await findHome(pool, key);
  return home !== null && home.storage === storage.name && home.heldBy === null;
};

/** One that is away has no copy that could be had now. */
const hasWhole = ({ blobs }: Storage, key: BlobKey): Promise<boolean> => isWhole(blobs, key).catch(() => false);

const faultOf = async (blobs: BlobStore, key: BlobKey, hashes: boolean): Promise<Fault | null> => {
  try {
    if (hashes) return (await isWhole(blobs, key)) ? null : 'damaged';
    return (await blobs.has(key)) ? null : 'missing';
  } catch (error) {
    if (error instanceof DomainError && error.code === recordingMissingCode) return 'missing';
    throw error;
  }
};
