import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { storageForeign } from '../metrics.ts';
import type { Storage } from './storages.ts';

/**
 * Whether a place is this storage of this database and no other one. Both know the same mark, unless another
 * installation was given the same place, or another name of this one leads to it, or this database is not the one that
 * the recordings were made with: then what looks like a stray may be somebody's only copy.
 *
 * @throws what the storage throws
 */
export const isOurs = async (pool: Pool, { name, blobs }: Pick<Storage, 'name' | 'blobs'>): Promise<boolean> => {
  await pool.query('INSERT INTO storage_claim (storage, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    name,
    randomUUID(),
  ]);
  const { rows } = await pool.query<{ owner: string }>('SELECT owner FROM storage_claim WHERE storage = $1', [name]);
  const owner = rows[0]?.owner ?? '';
  const isOwn = (await blobs.owner(owner)) === owner;
  storageForeign.set({ storage: name }, isOwn ? 0 : 1);
  return isOwn;
};
