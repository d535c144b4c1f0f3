import { createHash } from 'node:crypto';
import type { BlobContent, BlobKey, BlobStore } from '../../blobs/blob-store.ts';

/** A storage, or a spool. */
type Source = Pick<BlobStore, 'open'>;

/** What was read is not what the name says. */
class WrongBytes extends Error {
  override name = 'WrongBytes';
}

/** Whether a write failed because of what was read for it, however its storage has wrapped that. */
export const wrongBytesIn = (error: unknown): Error | null => {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof WrongBytes) return at;
  return null;
};

/**
 * A recording in a storage, to be written into another: ends with `WrongBytes` in place of its last piece when it is not
 * what was stored once, so that nothing wrong ever becomes whole elsewhere.
 */
export const hashedContent = (store: Source, key: BlobKey, bytes: number): BlobContent => ({
  bytes,
  read: () => hashed(store, key),
});

async function* hashed(store: Source, key: BlobKey): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let last: Buffer | undefined;
  for await (const piece of await store.open(key)) {
    hash.update(piece);
    if (last !== undefined) yield last;
    last = piece;
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== key.sha256) throw new WrongBytes(`its SHA-256 is ${sha256}`);
  if (last !== undefined) yield last;
}

/** Whether a storage has exactly the recording that was stored once. Throws when it does not answer. */
export const isWhole = async (store: Source, key: BlobKey): Promise<boolean> => {
  try {
    for await (const _ of hashed(store, key));
    return true;
  } catch (error) {
    if (error instanceof WrongBytes) return false;
    throw error;
  }
};
