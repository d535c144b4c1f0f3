import type { Log } from '@aftertone/messaging';
import type { Pool } from 'pg';
import { storageOf } from '../media/catalogue/home-sql.ts';
import { Peers } from '../spool/peers.ts';
import { Spool } from '../spool/spool.ts';
import { openStore } from '../storages/open-store.ts';
import { PatientStorage } from '../storages/patient-storage.ts';
import { Recordings } from '../storages/recordings.ts';
import type { StorageSettings } from '../storages/storage-settings.ts';
import { type Storage, type StorageChoice, Storages } from '../storages/storages.ts';

export interface BytesOptions {
  storages: ReadonlyMap<string, StorageSettings>;
  choice: StorageChoice;
  /** How long a storage may take to answer. */
  patienceMs: number;
  spoolPath: string;
  spoolMaxBytes: number;
  /** Signs what replicas ask of each other. */
  grantSecret: string;
  log: Log;
}

/** Once a storage was given a recording, a missing folder has gone away and is not made anew. */
const nothingIsStored = async (pool: Pool, storage: string): Promise<boolean> => {
  const { rows } = await pool.query<{ some: boolean }>(
    `SELECT EXISTS (SELECT FROM media m WHERE ${storageOf('m')} = $1 AND NOT EXISTS
       (SELECT FROM spooled_media s WHERE s.tenant_id = m.tenant_id AND s.id = m.id)) AS some`,
    [storage],
  );
  return rows[0]?.some !== true;
};

/** The storages of the settings. Opens nothing yet: they may be away at the start as at any other time. */
export const openStorages = async (
  { storages, choice, patienceMs, log }: Pick<BytesOptions, 'storages' | 'choice' | 'patienceMs' | 'log'>,
  pool: Pool,
): Promise<Storages> => {
  const open = async ([name, settings]: [string, StorageSettings]): Promise<Storage> => {
    const blobs = await openStore(settings, () => nothingIsStored(pool, name));
    return { name, blobs, patient: new PatientStorage({ name, store: blobs, patienceMs, log }) };
  };
  return new Storages(await Promise.all([...storages].map(open)), choice);
};

/** What keeps the bytes. */
export const openBytes = async (options: BytesOptions, pool: Pool): Promise<Recordings> => {
  const { patienceMs, spoolPath, spoolMaxBytes, grantSecret } = options;
  return new Recordings({
    storages: await openStorages(options, pool),
    spool: new Spool({ path: spoolPath, maxBytes: spoolMaxBytes }),
    peers: new Peers(grantSecret, patienceMs),
    pool,
  });
};
