import type { Pool } from 'pg';
import type { BlobKey, StoredBlob } from '../blobs/blob-store.ts';
import { storageOf } from '../media/catalogue/home-sql.ts';
import { renditionTable } from '../renditions/renditions.table.ts';
import { isOurs } from '../storages/claim.ts';
import type { Storage, Storages } from '../storages/storages.ts';

const batchSize = 500;

/** For `oneProcess`: a copy that is being made elsewhere looks like a stray until its row says otherwise. */
export const movingBytes = 'media housekeeping: bytes without a recording';

export interface StraysParts {
  pool: Pool;
  storages: Storages;
  /** The one that is looked through. */
  storage: Pick<Storage, 'name' | 'blobs'>;
  olderThan: Date;
}

/**
 * Removes blobs of a storage that no recording in it is made of: left by a kill between the bytes and their event, or by
 * a removal or a move that ended midway. A blob is durable before its event, so young ones are left alone. Where the
 * recording lives in another storage, that one is asked first: whatever a row says, nobody's only copy goes.
 *
 * @returns how many were removed
 */
export const removeStrays = async (parts: StraysParts): Promise<number> => {
  const { storage, olderThan } = parts;
  const elsewhere = new Elsewhere(parts);
  let removed = 0;
  let batch: StoredBlob[] = [];
  const finish = async (): Promise<void> => {
    for (const { key } of await strays(parts, batch)) {
      // Again, for this one: it may have been stored or moved here since.
      const [stray] = await strays(parts, [{ key }]);
      if (stray === undefined || (stray.home !== null && !(await elsewhere.has(stray.home, key)))) continue;
      await storage.blobs.delete(key);
      removed += 1;
    }
    batch = [];
  };
  for await (const blob of storage.blobs.list()) {
    if (blob.storedAt >= olderThan) continue;
    batch.push(blob);
    if (batch.length === batchSize) await finish();
  }
  await finish();
  return removed;
};

interface Stray {
  key: BlobKey;
  /** Where its recording is said to be; null when there is none. */
  home: string | null;
}

const strays = async ({ pool, storage }: StraysParts, blobs: ReadonlyArray<{ key: BlobKey }>): Promise<Stray[]> => {
  if (blobs.length === 0) return [];
  const { rows } = await pool.query<{ n: number; home: string | null }>(
    `SELECT n::int AS n, home FROM (
       SELECT k.n, coalesce(
         (SELECT ${storageOf('m')} FROM media m
          WHERE m.tenant_id = k.tenant_id AND m.id = k.id AND m.sha256 = k.sha256),
         (SELECT r.storage FROM ${renditionTable} r JOIN media m ON m.tenant_id = r.tenant_id AND m.id = r.id
          WHERE r.tenant_id = k.tenant_id AND r.id = k.id AND r.sha256 = k.sha256 LIMIT 1)) AS home
       FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS k (tenant_id, id, sha256, n)) found
     WHERE home IS DISTINCT FROM $4`,
    [
      blobs.map(({ key }) => key.tenantId),
      blobs.map(({ key }) => key.mediaId),
      blobs.map(({ key }) => key.sha256),
      storage.name,
    ],
  );
  return rows.flatMap(({ n, home }) => {
    const blob = blobs[n - 1];
    return blob === undefined ? [] : [{ key: blob.key, home }];
  });
};

/** What other storages have, as far as they are other places than the one that is looked through. */
class Elsewhere {
  private readonly parts: StraysParts;
  private readonly places = new Map<string, boolean>();

  constructor(parts: StraysParts) {
    this.parts = parts;
  }

  async has(name: string, key: BlobKey): Promise<boolean> {
    const { pool, storages } = this.parts;
    const other = storages.all.find((one) => one.name === name);
    if (other === undefined) return false;
    const isPlace = this.places.get(name) ?? (await isOurs(pool, other));
    this.places.set(name, isPlace);
    return isPlace && other.blobs.has(key);
  }
}
