import { openEventStore } from '@aftertone/event-store';
import { causedBy } from '../ground/ground.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import { keepRecording } from '../uploads/keep-recording.ts';
import { UploadMemory } from '../uploads/upload-memory.ts';
import { openRecordings, openSpool, openStorage } from './open-storage.ts';
import { readings } from './read-audio.ts';
import { wavFile } from './wav-files.ts';

// Takes a recording in and is killed at DIE_AT: `received`, `committed` or `stored`.
// DATABASE_URL, KEK, STORAGE, SPOOL, TENANT_ID, MEDIA_ID.
const { DATABASE_URL: url = '', KEK: kek = '', STORAGE = '', DIE_AT, TENANT_ID = '', MEDIA_ID = '' } = process.env;
const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
const store = await openEventStore({ url, kek, kinds: [mediaAggregate] });
const blobs = await openStorage(STORAGE);
const spool = openSpool(process.env.SPOOL ?? '');
const recordings = openRecordings({ blobs, spool, pool: store.pool });
const { keep } = recordings;
recordings.keep = async (key, body) => {
  if (DIE_AT === 'received') die();
  const keptBy = await keep.call(recordings, key, body);
  if (DIE_AT === 'committed') die();
  return keptBy;
};
const source = async function* (): AsyncGenerator<Buffer> {
  yield wavFile();
};
const limits = { maxBytes: 1e6, maxSeconds: null };
const upload = { tenantId: TENANT_ID, mediaId: MEDIA_ID, limits, source: source(), meta: causedBy('killed') };
// No memory: it is written while it comes.
const memory = new UploadMemory(0);
await keepRecording({ store, recordings, memory, readings, clock: () => new Date() }, upload);
die();
