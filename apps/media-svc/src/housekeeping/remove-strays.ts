import type { Pool } from 'pg';
import type { BlobStore, StoredBlob } from '../blobs/blob-store.ts';

const batchSize = 500;

/**
 * Removes blobs that no recording is made of: left by a kill between the bytes and their event, or by a removal that
 * failed. A blob is durable before its event, so young ones are left alone.
 *
 * @returns how many were removed
 */
export const removeStrays = async (pool: Pool, blobs: BlobStore, olderThan: Date): Promise<number> => {
  let removed = 0;
  let batch: StoredBlob[] = [];
  const finish = async (): Promise<void> => {
    for (const { key } of await strays(pool, batch)) {
      await blobs.delete(key);
      removed += 1;
    }
    batch = [];
  };
  for await (const blob of blobs.list()) {
    if (blob.storedAt >= olderThan) continue;
    batch.push(blob);
    if (batch.length === batchSize) await finish();
  }
  await finish();
  return removed;
};

const strays = async (pool: Pool, blobs: readonly StoredBlob[]): Promise<StoredBlob[]> => {
  if (blobs.length === 0) return [];
  const { rows } = await pool.query<{ n: number }>(
    `SELECT k.n::int AS n FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS k (tenant_id, id, sha256, n)
     WHERE NOT EXISTS (SELECT FROM media m WHERE m.tenant_id = k.tenant_id AND m.id = k.id AND m.sha256 = k.sha256)`,
    [blobs.map(({ key }) => key.tenantId), blobs.map(({ key }) => key.mediaId), blobs.map(({ key }) => key.sha256)],
  );
  return rows.flatMap(({ n }) => blobs[n - 1] ?? []);
};
