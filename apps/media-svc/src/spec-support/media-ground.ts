import { createHash, randomBytes } from 'node:crypto';
import { type EventStore, migrate, openEventStore } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { freshDatabase, temporaryFolder } from '@aftertone/testing';
import type { Reads } from '../audio/container/readings.ts';
import type { LocalBlobStore } from '../blobs/local-blob-store.ts';
import { kinds } from '../ground/kinds.ts';
import { type MediaRow, mediaColumns } from '../media/catalogue/media-row.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import { migrations } from '../migrations/index.ts';
import type { Recordings } from '../storages/recordings.ts';
import { localStorageName } from '../storages/storage-names.ts';
import type { Storage, Storages } from '../storages/storages.ts';
import { type Kept, keepRecording } from '../uploads/keep-recording.ts';
import { UploadMemory } from '../uploads/upload-memory.ts';
import { filesIn, openRecordings, openSpool, openStorage } from './open-storage.ts';
import { readings } from './read-audio.ts';
import { wavFile } from './wav-files.ts';

/** What the parts of media-svc stand on, for one test file: a real database and a real folder. */
export interface MediaGround {
  tenantId: string;
  store: EventStore;
  kek: string;
  blobs: LocalBlobStore;
  recordings: Recordings;
  storages: Storages;
  /** The only one of them. */
  storage: Storage;
  memory: UploadMemory;
  readings: Reads;
  /** Folder of the blobs. */
  root: string;
  spoolRoot: string;
  /** What the parts take for now; the real time unless set. */
  now: Date | null;
  clock: () => Date;
  said: string[];
  log: { debug: Say; info: Say; warn: Say; error: Say };
  /** Stores a recording of its own, or the given bytes, as an upload would. */
  keep(file?: Buffer, mediaId?: string): Promise<{ mediaId: string; kept: Kept }>;
  rows(): Promise<CatalogueRow[]>;
  eventsOf(mediaId: string): Promise<Array<{ type: string; data: object }>>;
  /** Names of the files in storage and spool. */
  files(): string[];
  close(): Promise<void>;
}

/** What is played, and what housekeeping goes by. */
export interface CatalogueRow extends MediaRow {
  referenceCount: number;
  releasedAt: Date | null;
  unreferencedSince: Date | null;
}

const catalogue = `SELECT ${mediaColumns}, m.reference_count AS "referenceCount", m.released_at AS "releasedAt",
  m.unreferenced_since AS "unreferencedSince" FROM media m WHERE m.tenant_id = $1 ORDER BY m.id`;

type Say = (fields: object, message: string) => void;

export async function* pieces(file: Buffer, size = 4096): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export const meta = { actor: { kind: 'service' as const, id: 'test' }, correlationId: 'test' };

export const openMediaGround = async (): Promise<MediaGround> => {
  const database = await freshDatabase();
  const folder = temporaryFolder('media');
  const spoolFolder = temporaryFolder('media-spool');
  await migrate(database.url, migrations);
  const kek = randomBytes(32).toString('base64');
  const store = await openEventStore({ url: database.url, kek, kinds });
  const blobs = await openStorage(folder.path);
  const spool = openSpool(spoolFolder.path);
  const recordings = openRecordings({ blobs, spool, pool: store.pool });
  const { storages } = recordings;
  const tenantId = newId();
  const said: string[] = [];
  const say: Say = (_fields, message) => said.push(message);
  const ground: MediaGround = {
    tenantId,
    store,
    kek,
    blobs,
    recordings,
    storages,
    storage: storages.named(localStorageName),
    memory: new UploadMemory(67_108_864),
    readings,
    root: folder.path,
    spoolRoot: spoolFolder.path,
    now: null,
    clock: () => ground.now ?? new Date(),
    said,
    log: { debug: say, info: say, warn: say, error: say },
    keep: async (file = wavFile({ sound: randomBytes(1000) }), mediaId = newId()) => ({
      mediaId,
      kept: await keepRecording(ground, {
        tenantId,
        mediaId,
        limits: { maxBytes: 1e8, maxSeconds: null },
        source: pieces(file),
        meta,
      }),
    }),
    rows: async () => (await store.pool.query<CatalogueRow>(catalogue, [tenantId])).rows,
    eventsOf: async (mediaId) => {
      const events = await store.history(mediaAggregate, tenantId, mediaId, { limit: 100 });
      return events.map(({ type, data }) => ({ type, data }));
    },
    files: () => [...filesIn(folder.path), ...filesIn(spoolFolder.path)],
    close: async () => {
      await store.close();
      await blobs.close();
      await spool.close();
      folder.remove();
      spoolFolder.remove();
      await database.drop();
    },
  };
  return ground;
};
