import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { asTenant, type EventStore, migrate, openEventStore, openReader } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { freshDatabase, temporaryFolder } from '@aftertone/testing';
import type { DataSource } from 'typeorm';
import { type LocalBlobStore, openLocalBlobStore } from '../blobs/local-blob-store.ts';
import { MediaRow } from '../media/catalogue/media.entity.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import { migrations } from '../migrations/index.ts';
import { type Kept, keepRecording } from '../uploads/keep-recording.ts';
import { wavFile } from './wav-files.ts';

/** What the parts of media-svc stand on, for one test file: a real database and a real folder. */
export interface MediaGround {
  tenantId: string;
  store: EventStore;
  kek: string;
  reader: DataSource;
  blobs: LocalBlobStore;
  /** Folder of the blobs. */
  root: string;
  /** What the parts take for now; the real time unless set. */
  now: Date | null;
  clock: () => Date;
  said: string[];
  log: { debug: Say; info: Say; warn: Say; error: Say };
  /** Stores a recording of its own, or the given bytes, as an upload would. */
  keep(file?: Buffer, mediaId?: string): Promise<{ mediaId: string; kept: Kept }>;
  rows(): Promise<MediaRow[]>;
  eventsOf(mediaId: string): Promise<Array<{ type: string; data: object }>>;
  files(): string[];
  close(): Promise<void>;
}

type Say = (fields: object, message: string) => void;

export async function* pieces(file: Buffer, size = 4096): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export const meta = { actor: { kind: 'service' as const, id: 'test' }, correlationId: 'test' };

export const openMediaGround = async (): Promise<MediaGround> => {
  const database = await freshDatabase();
  const folder = temporaryFolder('media');
  await migrate(database.url, migrations);
  const kek = randomBytes(32).toString('base64');
  const store = await openEventStore({ url: database.url, kek, kinds: [mediaAggregate] });
  const reader = await openReader(database.url, [MediaRow]);
  const blobs = await openLocalBlobStore(folder.path);
  const tenantId = newId();
  const said: string[] = [];
  const say: Say = (_fields, message) => said.push(message);
  const ground: MediaGround = {
    tenantId,
    store,
    kek,
    reader,
    blobs,
    root: folder.path,
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
    rows: () => asTenant(reader, tenantId, (manager) => manager.find(MediaRow, { order: { id: 'ASC' } })),
    eventsOf: async (mediaId) => {
      const events = await store.history(mediaAggregate, tenantId, mediaId, { limit: 100 });
      return events.map(({ type, data }) => ({ type, data }));
    },
    files: () =>
      readdirSync(folder.path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name),
    close: async () => {
      await reader.destroy();
      await store.close();
      await blobs.close();
      folder.remove();
      await database.drop();
    },
  };
  return ground;
};
