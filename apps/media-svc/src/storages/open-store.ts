import type { BlobStore } from '../blobs/blob-store.ts';
import { Bulkhead } from '../blobs/bulkhead.ts';
import { LocalBlobStore } from '../blobs/local-blob-store.ts';
import type { ObjectClient } from '../blobs/remote/object-client.ts';
import { prefixOf } from '../blobs/remote/object-keys.ts';
import { RemoteBlobStore } from '../blobs/remote/remote-blob-store.ts';
import type { StorageSettings } from './storage-settings.ts';

/** What a folder that is missing means: never given anything, or gone away. */
export type MayMake = () => Promise<boolean>;

/** The storage that the settings name. Nobody is asked yet: it may be away at the start as at any other time. */
export const openStore = async (settings: StorageSettings, mayMake: MayMake): Promise<BlobStore> => {
  if (settings.type === 'local') {
    const bulkhead = new Bulkhead();
    return new LocalBlobStore({ root: settings.path, mayMake, through: (call) => bulkhead.run(call) });
  }
  return new RemoteBlobStore({ client: await openClient(settings), prefix: prefixOf(settings.prefix) });
};

/** Each SDK takes time and memory to load: only who has such a storage pays for it. */
const openClient = async (settings: Exclude<StorageSettings, { type: 'local' }>): Promise<ObjectClient> => {
  switch (settings.type) {
    case 's3':
      return new (await import('../blobs/s3/s3-client.ts')).S3Objects(settings);
    case 'azure':
      return new (await import('../blobs/azure/azure-client.ts')).AzureObjects(settings);
    case 'gcp':
      return new (await import('../blobs/gcp/gcp-client.ts')).GcpObjects(settings);
  }
};
