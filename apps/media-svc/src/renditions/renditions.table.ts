import type { TenantReads } from '@aftertone/event-store';
import type { Pool } from 'pg';
import type { BlobKey } from '../blobs/blob-store.ts';
import { storageOf } from '../media/catalogue/home-sql.ts';

export const renditionTable = 'media_rendition';

/** Where a recording in another format is kept. */
export interface KeptRendition {
  /** Of its bytes: with the recording's id the name of its blob. */
  sha256: string;
  storage: string;
}

type Recording = Pick<BlobKey, 'tenantId' | 'mediaId'>;

const oneRendition = {
  name: 'rendition',
  text: `SELECT sha256, storage FROM ${renditionTable} WHERE tenant_id = $1 AND id = $2 AND rendition = $3`,
};

/** @param rendition format with everything that it was made by */
export const findRendition = async (
  reads: TenantReads,
  { tenantId, mediaId }: Recording,
  rendition: string,
): Promise<KeptRendition | null> =>
  (await reads.rows<KeptRendition>(oneRendition, tenantId, [tenantId, mediaId, rendition]))[0] ?? null;

/** The rows behind what is played. */
export class RenditionsTable {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** @returns false when the recording has been deleted or moved meanwhile: then nothing may be kept of it there */
  async add({ tenantId, mediaId }: Recording, rendition: string, { sha256, storage }: KeptRendition): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `INSERT INTO ${renditionTable} (tenant_id, id, rendition, sha256, storage)
       SELECT m.tenant_id, m.id, $3, $4, $5 FROM media m
       WHERE m.tenant_id = $1 AND m.id = $2 AND ${storageOf('m')} = $5
       ON CONFLICT (tenant_id, id, rendition) DO UPDATE
       SET sha256 = excluded.sha256, storage = excluded.storage, made_at = excluded.made_at`,
      [tenantId, mediaId, rendition, sha256, storage],
    );
    return rowCount === 1;
  }

  /** Forgets all of a recording, or those in one storage. @returns what there was: its bytes are still there */
  async forget({ tenantId, mediaId }: Recording, storage: string | null = null): Promise<KeptRendition[]> {
    const { rows } = await this.pool.query<KeptRendition>(
      `DELETE FROM ${renditionTable}
       WHERE tenant_id = $1 AND id = $2 AND ($3::text IS NULL OR storage = $3) RETURNING sha256, storage`,
      [tenantId, mediaId, storage],
    );
    return rows;
  }

  /** Of recordings that are deleted: a removal was cut off midway. */
  async forgetOrphans(): Promise<void> {
    await this.pool.query(
      `DELETE FROM ${renditionTable} r
       WHERE NOT EXISTS (SELECT FROM media m WHERE m.tenant_id = r.tenant_id AND m.id = r.id)`,
    );
  }
}
