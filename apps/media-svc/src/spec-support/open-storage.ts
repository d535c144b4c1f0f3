import { existsSync, readdirSync } from 'node:fs';
import { LocalBlobStore } from '../blobs/local-blob-store.ts';
import { Peers } from '../spool/peers.ts';
import { Spool } from '../spool/spool.ts';
import { PatientStorage } from '../storages/patient-storage.ts';
import { Recordings, type RecordingsParts } from '../storages/recordings.ts';
import { localStorageName } from '../storages/storage-names.ts';
import { Storages } from '../storages/storages.ts';

export const grantSecret = 'a secret of tests with 32 characters';

/** A storage in a folder that is made when it is missing. */
export const openStorage = async (root: string): Promise<LocalBlobStore> => {
  const store = new LocalBlobStore({ root, mayMake: async () => true });
  await store.prepare();
  return store;
};

export const openSpool = (path: string, maxBytes = 1e9): Spool => new Spool({ path, maxBytes });

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The storage that there is without any settings. */
export const oneStorage = (blobs: LocalBlobStore): Storages => {
  const patient = new PatientStorage({ name: localStorageName, store: blobs, patienceMs: 1_000, log });
  return new Storages([{ name: localStorageName, blobs, patient }], { usual: localStorageName, byTenant: new Map() });
};

/** Everything that keeps bytes, in two folders. */
export const openRecordings = (
  parts: Pick<RecordingsParts, 'pool' | 'spool'> & { blobs: LocalBlobStore },
): Recordings => {
  const { blobs, spool, pool } = parts;
  return new Recordings({
    storages: oneStorage(blobs),
    spool,
    peers: new Peers(grantSecret, 1_000),
    pool,
  });
};

/** Names of the files of recordings in a folder, unfinished ones too; none when the folder is away. */
export const filesIn = (path: string): string[] => {
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !['replica', 'owner'].includes(entry.name))
    .map(({ name }) => name);
};
