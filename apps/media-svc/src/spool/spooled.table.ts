import type { RowChange } from '@aftertone/event-store';
import type { Pool } from 'pg';
import type { BlobKey } from '../blobs/blob-store.ts';
import { storageOf } from '../media/catalogue/home-sql.ts';
import { localStorageName } from '../storages/storage-names.ts';
import { isHeardOf, silentAfterMs } from './replicas.table.ts';

/** Which replicas hold a recording that the storage has not taken yet. No row: the storage has it. */
export const spooledTable = 'spooled_media';

/** Beside `MediaStored`, in the same commit. */
export const spooledRow = (
  { tenantId, mediaId, sha256 }: BlobKey,
  { storage, replicaId, at }: { storage: string; replicaId: string; at: string },
): RowChange => ({
  table: spooledTable,
  op: 'upsert',
  row: { tenant_id: tenantId, id: mediaId, replica_id: replicaId, sha256, spooled_at: at, storage },
});

export interface SpooledMedia {
  key: BlobKey;
  spooledAt: Date;
  /** The storage that is to take it. */
  storage: string;
  /** 0 when it was deleted meanwhile. */
  bytes: number;
  /** False when it was deleted meanwhile. */
  isStored: boolean;
  replicaId: string;
}

interface Row {
  tenant_id: string;
  id: string;
  replica_id: string;
  sha256: string;
  spooled_at: Date;
  storage: string | null;
  is_stored: boolean;
  bytes: number | null;
}

const isStored = (alias = 's'): string => `EXISTS (SELECT FROM media m
  WHERE m.tenant_id = ${alias}.tenant_id AND m.id = ${alias}.id AND m.sha256 = ${alias}.sha256)`;

/** `deleted`: what was copied is nobody's. `turned`: another storage is to have it. */
export type Ending = 'ended' | 'turned' | 'deleted';

const bytesOf = '(SELECT m.bytes FROM media m WHERE m.tenant_id = s.tenant_id AND m.id = s.id)';

/** As the index has it; rows of the version before name no storage. */
const goesTo = `coalesce(s.storage, '${localStorageName}')`;

const nil = '00000000-0000-0000-0000-000000000000';
type Behind = Pick<SpooledMedia, 'spooledAt' | 'key'>;

const spooledMedia = ({
  tenant_id,
  id,
  replica_id,
  sha256,
  spooled_at,
  storage,
  is_stored,
  bytes,
}: Row): SpooledMedia => ({
  key: { tenantId: tenant_id, mediaId: id, sha256 },
  spooledAt: spooled_at,
  storage: storage ?? localStorageName,
  isStored: is_stored,
  bytes: bytes ?? 0,
  replicaId: replica_id,
});

export class SpooledTable {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** The oldest of a replica that go to one storage, behind `after`. */
  async next(
    { replicaId, storage }: Pick<SpooledMedia, 'replicaId' | 'storage'>,
    limit: number,
    after?: Behind,
  ): Promise<SpooledMedia[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT s.*, ${isStored()} AS is_stored, ${bytesOf} AS bytes FROM spooled_media s
       WHERE s.replica_id = $1 AND ${goesTo} = $5 AND (s.spooled_at, s.id) > ($3::timestamptz, $4::uuid)
       ORDER BY s.spooled_at, s.id LIMIT $2`,
      [replicaId, limit, after?.spooledAt ?? '-infinity', after?.key.mediaId ?? nil, storage],
    );
    return rows.map(spooledMedia);
  }

  /** Where a replica's recordings are to go. */
  async storagesOf(replicaId: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ storage: string }>(
      `SELECT DISTINCT ${goesTo} AS storage FROM spooled_media s WHERE s.replica_id = $1`,
      [replicaId],
    );
    return rows.map(({ storage }) => storage);
  }

  /** The oldest of replicas that are down, behind `after`. */
  async nextOfSilent(limit: number, after?: Behind & Pick<SpooledMedia, 'replicaId'>): Promise<SpooledMedia[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT s.*, ${isStored()} AS is_stored, ${bytesOf} AS bytes FROM spooled_media s
       WHERE NOT EXISTS (SELECT FROM media_replica r WHERE r.id = s.replica_id AND ${isHeardOf('$2')})
         AND (s.spooled_at, s.id, s.replica_id) > ($3::timestamptz, $4::uuid, $5::uuid)
       ORDER BY s.spooled_at, s.id, s.replica_id LIMIT $1`,
      [limit, silentAfterMs, after?.spooledAt ?? '-infinity', after?.key.mediaId ?? nil, after?.replicaId ?? nil],
    );
    return rows.map(spooledMedia);
  }

  /** The oldest of a replica that no other one has which is up, behind `after`. */
  async nextAlone(replicaId: string, limit: number, after?: Behind): Promise<SpooledMedia[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT s.*, ${isStored()} AS is_stored, ${bytesOf} AS bytes FROM spooled_media s
       WHERE s.replica_id = $1 AND (s.spooled_at, s.id) > ($3::timestamptz, $4::uuid)
         AND NOT EXISTS (SELECT FROM spooled_media o JOIN media_replica r ON r.id = o.replica_id AND ${isHeardOf('$5')}
                         WHERE o.tenant_id = s.tenant_id AND o.id = s.id AND o.replica_id <> s.replica_id)
       ORDER BY s.spooled_at, s.id LIMIT $2`,
      [replicaId, limit, after?.spooledAt ?? '-infinity', after?.key.mediaId ?? nil, silentAfterMs],
    );
    return rows.map(spooledMedia);
  }

  /**
   * `storage` has it: ends the row, unless the recording was given to another storage meanwhile, which is then the one
   * that it goes to. The row's own word counts too: it is turned before the recording's.
   */
  async end(key: BlobKey, replicaId: string, storage: string): Promise<Ending> {
    const { rows } = await this.pool.query<{ is_stored: boolean; ended: boolean }>(
      `WITH k AS MATERIALIZED (SELECT k.*, ${isStored('k')} AS is_stored, ${storageOf('k')} AS home
                  FROM (SELECT $1::uuid AS tenant_id, $2::uuid AS id, $3::text AS sha256) k),
       s AS (SELECT s.*, k.is_stored, k.home FROM spooled_media s, k
             WHERE s.tenant_id = $1 AND s.id = $2 AND s.replica_id = $4 FOR UPDATE OF s),
       ended AS (DELETE FROM spooled_media o USING s
                 WHERE o.tenant_id = $1 AND o.id = $2 AND o.replica_id = $4
                   AND (NOT s.is_stored OR (s.home = $5 AND ${goesTo} = $5)) RETURNING o.id),
       turned AS (UPDATE spooled_media o SET storage = s.home FROM s
                  WHERE o.tenant_id = $1 AND o.id = $2 AND o.replica_id = $4
                    AND s.is_stored AND s.home <> $5 AND ${goesTo} = $5)
       SELECT k.is_stored, EXISTS (SELECT FROM ended) OR (k.home = $5 AND NOT EXISTS (SELECT FROM s)) AS ended FROM k`,
      [key.tenantId, key.mediaId, key.sha256, replicaId, storage],
    );
    const [row] = rows;
    if (row?.is_stored !== true) return 'deleted';
    return row.ended ? 'ended' : 'turned';
  }

  /** Another storage is to have it, whoever holds it. @returns whether somebody does */
  async turn({ tenantId, mediaId }: BlobKey, storage: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'UPDATE spooled_media SET storage = $3 WHERE tenant_id = $1 AND id = $2',
      [tenantId, mediaId, storage],
    );
    return (rowCount ?? 0) > 0;
  }

  /** What is known of a file in the spool of a replica. */
  async standing(key: BlobKey, replicaId: string): Promise<{ isStored: boolean; isListed: boolean }> {
    const { rows } = await this.pool.query<{ is_stored: boolean; is_listed: boolean }>(
      `SELECT ${isStored()} AS is_stored,
         EXISTS (SELECT FROM spooled_media l
                 WHERE l.tenant_id = s.tenant_id AND l.id = s.id AND l.sha256 = s.sha256 AND l.replica_id = $4) AS is_listed
       FROM (SELECT $1::uuid AS tenant_id, $2::uuid AS id, $3::text AS sha256) s`,
      [key.tenantId, key.mediaId, key.sha256, replicaId],
    );
    return { isStored: rows[0]?.is_stored === true, isListed: rows[0]?.is_listed === true };
  }

  /** A file without its row (its database was set back): it may be the only copy. Full milliseconds, as `after` has them. */
  async add(key: BlobKey, replicaId: string): Promise<void> {
    await this.pool.query(
      `INSERT INTO spooled_media (tenant_id, id, replica_id, sha256, spooled_at, storage)
       SELECT k.*, date_trunc('milliseconds', now()), ${storageOf('k')}
       FROM (SELECT $1::uuid AS tenant_id, $2::uuid AS id, $3::uuid AS replica_id, $4::text AS sha256) k
       ON CONFLICT (tenant_id, id, replica_id) DO UPDATE SET sha256 = excluded.sha256`,
      [key.tenantId, key.mediaId, replicaId, key.sha256],
    );
  }
}
