import type { ChangeContext, RowChange } from '@aftertone/event-store';
import type { Pool } from 'pg';
import type { BlobKey } from '../../blobs/blob-store.ts';
import { spooledTable } from '../../spool/spooled.table.ts';
import { localStorageName } from '../../storages/storage-names.ts';
import type { MediaEvent } from '../media.ts';
import { homeTable, storageOf } from './home-sql.ts';

/** Where the bytes of a recording are. */
export interface Home {
  /** Its storage, or the one that will take it. */
  storage: string;
  /** Replicas in whose spools it lies; none or null when the storage has it. */
  heldBy: readonly string[] | null;
}

/** The replicas whose spools hold `media m`; null when none does. */
export const holdersOf = (alias: string): string =>
  `(SELECT array_agg(s.replica_id) FROM ${spooledTable} s WHERE s.tenant_id = ${alias}.tenant_id AND s.id = ${alias}.id)`;

/** No row says: in the storage that there always was. */
export const homeRows = (events: readonly MediaEvent[], { tenantId, id }: Pick<ChangeContext, 'tenantId' | 'id'>) => {
  const key = { tenant_id: tenantId, id };
  const rows: RowChange[] = [];
  const isAt = (storage: string): number => rows.push({ table: homeTable, op: 'upsert', row: { ...key, storage } });
  for (const { type, data } of events) {
    if (type === 'MediaMoved') isAt(data.storage);
    if (type === 'MediaStored' && (data.storage ?? localStorageName) !== localStorageName) isAt(data.storage ?? '');
    if (type === 'MediaDeleted') rows.push({ table: homeTable, op: 'delete', key });
  }
  return rows;
};

/** Null when there is no such recording. */
export const findHome = async (pool: Pool, { tenantId, mediaId, sha256 }: BlobKey): Promise<Home | null> => {
  const { rows } = await pool.query<Home>(
    `SELECT ${storageOf('m')} AS storage, ${holdersOf('m')} AS "heldBy" FROM media m
     WHERE m.tenant_id = $1 AND m.id = $2 AND m.sha256 = $3`,
    [tenantId, mediaId, sha256],
  );
  return rows[0] ?? null;
};
