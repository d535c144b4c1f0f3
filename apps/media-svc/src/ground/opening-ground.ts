import {
  closeServiceStore,
  type EventStore,
  Opening,
  openServiceStore,
  type ServiceStore,
  type StoreLogger,
} from '@aftertone/event-store';
import { type Clock, systemClock } from '@aftertone/kernel';
import type { DataSource } from 'typeorm';
import { type LocalBlobStore, openLocalBlobStore } from '../blobs/local-blob-store.ts';
import { MediaRow } from '../media/catalogue/media.entity.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import { migrations } from '../migrations/index.ts';
import type { Ground } from './ground.ts';

export interface GroundOptions {
  databaseUrl: string;
  /** Base64 keys; the first seals, all open. */
  keks: readonly string[];
  /** Folder of the recordings. */
  storagePath: string;
  logger: StoreLogger;
}

interface Opened extends ServiceStore {
  blobs: LocalBlobStore;
}

/** The service's database and storage, opened in the background. */
export class OpeningGround implements Ground {
  readonly clock: Clock = systemClock;
  private readonly opening: Opening<Opened>;

  constructor(options: GroundOptions) {
    this.opening = new Opening({
      attempt: () => openBoth(options),
      close: async (opened) => {
        await closeServiceStore(opened);
        await opened.blobs.close();
      },
      logger: options.logger,
    });
  }

  get store(): EventStore {
    return this.opening.there.store;
  }

  get reader(): DataSource {
    return this.opening.there.reader;
  }

  get blobs(): LocalBlobStore {
    return this.opening.there.blobs;
  }

  /** Migrates and opens, as often as it takes, then calls `whenOpen`. Returns at once. */
  open(whenOpen: () => void): void {
    this.opening.open(whenOpen);
  }

  /** Whether the database is migrated and answers now. */
  storeAnswers(): Promise<boolean> {
    return this.opening.answers(({ store }) => store.log.headPosition());
  }

  /** Whether recordings can be written now. */
  storageAnswers(): Promise<boolean> {
    return this.opening.answers(({ blobs }) => blobs.check());
  }

  close(): Promise<void> {
    return this.opening.close();
  }
}

const openBoth = async ({ databaseUrl: url, keks, storagePath, logger }: GroundOptions): Promise<Opened> => {
  const opened = await openServiceStore({
    url,
    keks,
    kinds: [mediaAggregate],
    entities: [MediaRow],
    migrations,
    applicationName: 'media-svc',
    logger,
  });
  try {
    return { ...opened, blobs: await openLocalBlobStore(storagePath) };
  } catch (error) {
    await closeServiceStore(opened);
    throw error;
  }
};
