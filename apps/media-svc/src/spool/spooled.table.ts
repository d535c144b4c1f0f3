import type { RowChange } from '@aftertone/event-store';
import type { Pool } from 'pg';
import type { BlobKey } from '../blobs/blob-store.ts';
import { isHeardOf, silentAfterMs } from './replicas.table.ts';

/** Which replicas hold a recording that the storage has not taken yet. No row: the storage has it. */
export const spooledTable = 'spooled_media';

/** Beside `MediaStored`, in the same commit. */
export const spooledRow = ({ tenantId, mediaId, sha256 }: BlobKey, replicaId: string, at: string): RowChange => ({
  table: spooledTable,
  op: 'upsert',
  row: { tenant_id: tenantId, id: mediaId, replica_id: replicaId, sha256, spooled_at: at },
});

export interface SpooledMedia {
  key: BlobKey;
  spooledAt: Date;
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
  is_stored: boolean;
}

const isStored = `EXISTS (SELECT FROM media m WHERE m.tenant_id = s.tenant_id AND m.id = s.id AND m.sha256 = s.sha256)`;

const nil = '00000000-0000-0000-0000-000000000000';
type Behind = Pick<SpooledMedia, 'spooledAt' | 'key'>;

const spooledMedia = ({ tenant_id, id, replica_id, sha256, spooled_at, is_stored }: Row): SpooledMedia => ({
  key: { tenantId: tenant_id, mediaId: id, sha256 },
  spooledAt: spooled_at,
  isStored: is_stored,
  replicaId: replica_id,
});

export class SpooledTable {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** The oldest of a replica, behind `after`. */
  async next(replicaId: string, limit: number, after?: Behind): Promise<SpooledMedia[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT s.*, ${isStored} AS is_stored FROM spooled_media s
       WHERE s.replica_id = $1 AND (s.spooled_at, s.id) > ($3::timestamptz, $4::uuid)
       ORDER BY s.spooled_at, s.id LIMIT $2`,
      [replicaId, limit, after?.spooledAt ?? '-infinity', after?.key.mediaId ?? nil],
    );
    return rows.map(spooledMedia);
  }

  /** The oldest of replicas that are down, behind `after`. */
  async nextOfSilent(limit: number, after?: Behind & Pick<SpooledMedia, 'replicaId'>): Promise<SpooledMedia[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT s.*, ${isStored} AS is_stored FROM spooled_media s
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
      `SELECT s.*, ${isStored} AS is_stored FROM spooled_media s
       WHERE s.replica_id = $1 AND (s.spooled_at, s.id) > ($3::timestamptz, $4::uuid)
         AND NOT EXISTS (SELECT FROM spooled_media o JOIN media_replica r ON r.id = o.replica_id AND ${isHeardOf('$5')}
                         WHERE o.tenant_id = s.tenant_id AND o.id = s.id AND o.replica_id <> s.replica_id)
       ORDER BY s.spooled_at, s.id LIMIT $2`,
      [replicaId, limit, after?.spooledAt ?? '-infinity', after?.key.mediaId ?? nil, silentAfterMs],
    );
    return rows.map(spooledMedia);
  }

  /** The storage has it, or nobody needs it: ends the row. @returns whether the recording is stored now. */
  async end(key: BlobKey, replicaId: string): Promise<boolean> {
    const { rows } = await this.pool.query<{ is_stored: boolean }>(
      `WITH ended AS (DELETE FROM spooled_media WHERE tenant_id = $1 AND id = $2 AND replica_id = $4)
       SELECT ${isStored} AS is_stored FROM (SELECT $1::uuid AS tenant_id, $2::uuid AS id, $3::text AS sha256) s`,
      [key.tenantId, key.mediaId, key.sha256, replicaId],
    );
    return rows[0]?.is_stored === true;
  }

  /** What is known of a file in the spool of a replica. */
  async standing(key: BlobKey, replicaId: string): Promise<{ isStored: boolean; isListed: boolean }> {
    const { rows } = await this.pool.query<{ is_stored: boolean; is_listed: boolean }>(
      `SELECT ${isStored} AS is_stored,
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
      `INSERT INTO spooled_media (tenant_id, id, replica_id, sha256, spooled_at) VALUES ($1, $2, $3, $4, date_trunc('milliseconds', now()))
       ON CONFLICT (tenant_id, id, replica_id) DO UPDATE SET sha256 = excluded.sha256`,
      [key.tenantId, key.mediaId, replicaId, key.sha256],
    );
  }
}
