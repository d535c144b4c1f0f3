import { openEventStore } from '@aftertone/event-store';
import type { BlobStore } from '../blobs/blob-store.ts';
import { openLocalBlobStore } from '../blobs/local-blob-store.ts';
import { causedBy } from '../ground/ground.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import { keepRecording } from '../uploads/keep-recording.ts';
import { wavFile } from './wav-files.ts';

// Takes a recording in and is killed at DIE_AT: `received`, `committed` or `stored`.
// DATABASE_URL, KEK, STORAGE, TENANT_ID, MEDIA_ID.
const { DATABASE_URL: url = '', KEK: kek = '', STORAGE = '', DIE_AT, TENANT_ID = '', MEDIA_ID = '' } = process.env;
const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
const store = await openEventStore({ url, kek, kinds: [mediaAggregate] });
const local = await openLocalBlobStore(STORAGE);
const begin: BlobStore['begin'] = async () => {
  const writer = await local.begin();
  return {
    write: (chunk) => writer.write(chunk),
    discard: () => writer.discard(),
    commit: async (key) => {
      if (DIE_AT === 'received') die();
      await writer.commit(key);
      if (DIE_AT === 'committed') die();
    },
  };
};
const blobs: BlobStore = Object.assign(Object.create(local), { begin });
const source = async function* (): AsyncGenerator<Buffer> {
  yield wavFile();
};
const limits = { maxBytes: 1e6, maxSeconds: null };
const upload = { tenantId: TENANT_ID, mediaId: MEDIA_ID, limits, source: source(), meta: causedBy('killed') };
await keepRecording({ store, blobs, clock: () => new Date() }, upload);
die();
