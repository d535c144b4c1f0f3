import type { Pool } from 'pg';
import type { BlobStore } from '../blobs/blob-store.ts';
import { Bulkhead } from '../blobs/bulkhead.ts';
import { LocalBlobStore } from '../blobs/local-blob-store.ts';
import { Peers } from '../spool/peers.ts';
import { Spool } from '../spool/spool.ts';
import { PatientStorage } from '../storage/patient-storage.ts';
import { Recordings } from '../storage/recordings.ts';

export interface BytesOptions {
  /** Folder of the recordings. */
  storagePath: string;
  /** How long the storage may take to answer. */
  patienceMs: number;
  spoolPath: string;
  spoolMaxBytes: number;
  /** Signs what replicas ask of each other. */
  grantSecret: string;
}

export interface OpenedBytes {
  recordings: Recordings;
  blobs: BlobStore;
}

/** Once the storage was given a recording, a missing folder has gone away and is not made anew. */
const nothingIsStored = async (pool: Pool): Promise<boolean> => {
  const { rows } = await pool.query<{ some: boolean }>(
    `SELECT EXISTS (SELECT FROM media m WHERE NOT EXISTS
       (SELECT FROM spooled_media s WHERE s.tenant_id = m.tenant_id AND s.id = m.id)) AS some`,
  );
  return rows[0]?.some !== true;
};

/** What keeps the bytes. Opens nothing yet: storage and spool may be away at the start as at any other time. */
export const openBytes = (options: BytesOptions, pool: Pool): OpenedBytes => {
  const { storagePath, patienceMs, spoolPath, spoolMaxBytes, grantSecret } = options;
  const bulkhead = new Bulkhead();
  const blobs = new LocalBlobStore({
    root: storagePath,
    mayMake: () => nothingIsStored(pool),
    through: (call) => bulkhead.run(call),
  });
  const recordings = new Recordings({
    storage: new PatientStorage(blobs, patienceMs),
    spool: new Spool({ path: spoolPath, maxBytes: spoolMaxBytes }),
    peers: new Peers(grantSecret, patienceMs),
    pool,
  });
  return { recordings, blobs };
};
