import type { Pool } from 'pg';
import type { BlobKey } from '../../blobs/blob-store.ts';
import { holdersOf } from '../../media/catalogue/home.ts';
import { storageOf } from '../../media/catalogue/home-sql.ts';

export interface RecordingIn {
  key: BlobKey;
  bytes: number;
  /** It is still in the spool of a replica. */
  isSpooled: boolean;
}

interface Row {
  tenant_id: string;
  id: string;
  sha256: string;
  bytes: number;
  held_by: string[] | null;
}

const batchSize = 200;
const nil = '00000000-0000-0000-0000-000000000000';

/**
 * Everything that one storage has or is to have, page by page. What was stored after `until` is not among it: callers may leave
 * more than whoever reads this can keep up with, and it would never end.
 */
export async function* recordingsIn(
  pool: Pool,
  storage: string,
  until = new Date(),
): AsyncGenerator<readonly RecordingIn[]> {
  for (let after = { tenant_id: nil, id: nil }; ; ) {
    const { rows } = await pool.query<Row>(
      `SELECT m.tenant_id, m.id, m.sha256, m.bytes, ${holdersOf('m')} AS held_by FROM media m
       WHERE (m.tenant_id, m.id) > ($1, $2) AND m.stored_at <= $4 AND ${storageOf('m')} = $3
       ORDER BY m.tenant_id, m.id LIMIT ${batchSize}`,
      [after.tenant_id, after.id, storage, until],
    );
    yield rows.map(({ tenant_id, id, sha256, bytes, held_by }) => ({
      key: { tenantId: tenant_id, mediaId: id, sha256 },
      bytes,
      isSpooled: held_by !== null,
    }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return;
    after = last;
  }
}
