import { rmSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '@aftertone/testing';
import type { BlobKey } from '../blobs/blob-store.ts';
import { LocalBlobStore } from '../blobs/local-blob-store.ts';
import { blobFile } from '../blobs/local-layout.ts';
import { PatientStorage } from '../storages/patient-storage.ts';
import { localStorageName } from '../storages/storage-names.ts';
import { type Storage, Storages } from '../storages/storages.ts';
import type { MediaGround } from './media-ground.ts';

export interface TwoStorages {
  from: Storage;
  to: Storage;
  storages: Storages;
  lose(storage: Storage, key: BlobKey): void;
  damage(storage: Storage, key: BlobKey): void;
  close(): Promise<void>;
}

/** The storage of a ground and another one beside it. */
export const besides = (ground: MediaGround): TwoStorages => {
  const folder = temporaryFolder('other-storage');
  const blobs = new LocalBlobStore({ root: folder.path, mayMake: async () => true });
  const to = {
    name: 'archive',
    blobs,
    patient: new PatientStorage({ name: 'archive', store: blobs, patienceMs: 1_000, log: ground.log }),
  };
  const rootOf = ({ name }: Storage): string => (name === localStorageName ? ground.root : folder.path);
  return {
    from: ground.storage,
    to,
    storages: new Storages([ground.storage, to], { usual: localStorageName, byTenant: new Map() }),
    lose: (storage, key) => rmSync(blobFile(rootOf(storage), key)),
    damage: (storage, key) => writeFileSync(blobFile(rootOf(storage), key), 'RIFF and nothing else'),
    close: async () => {
      await blobs.close();
      folder.remove();
    },
  };
};
