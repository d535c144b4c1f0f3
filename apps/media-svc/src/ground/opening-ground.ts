import {
  closeServiceStore,
  type EventStore,
  Opening,
  openServiceStore,
  type ServiceStore,
  type StoreLogger,
  type TenantReads,
} from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { migrations } from '../migrations/index.ts';
import type { Recordings } from '../storages/recordings.ts';
import type { Ground } from './ground.ts';
import { kinds } from './kinds.ts';
import { type BytesOptions, openBytes } from './open-bytes.ts';

export interface GroundOptions {
  databaseUrl: string;
  /** Base64 keys; the first seals, all open. */
  keks: readonly string[];
  bytes: BytesOptions;
  logger: StoreLogger;
}

type Opened = ServiceStore & { recordings: Recordings };

/** The service's database, opened in the background, and what keeps the bytes. */
export class OpeningGround implements Ground {
  private readonly opening: Opening<Opened>;

  constructor(options: GroundOptions) {
    this.opening = new Opening({
      attempt: () => openBoth(options),
      // One of them that cannot be closed, such as a storage that is away, keeps nothing else open.
      close: async (opened) => {
        try {
          await closeServiceStore(opened);
        } finally {
          const { storages, spool } = opened.recordings;
          const closed = await Promise.all([storages.close(), Promise.allSettled([spool.close()])]);
          for (const each of closed.flat()) {
            if (each.status === 'rejected') options.logger.warn({ err: each.reason }, 'storage not closed');
          }
        }
      },
      logger: options.logger,
    });
  }

  get clock(): Clock {
    return this.opening.there.clock.now;
  }

  get store(): EventStore {
    return this.opening.there.store;
  }

  get reads(): TenantReads {
    return this.opening.there.reads;
  }

  get recordings(): Recordings {
    return this.opening.there.recordings;
  }

  /** Migrates and opens, as often as it takes, then calls `whenOpen`. Returns at once. */
  open(whenOpen: () => void): void {
    this.opening.open(whenOpen);
  }

  /** Resolves when the database is open for the first time. */
  get opened(): Promise<void> {
    return this.opening.opened;
  }

  /** Whether the database is migrated and answers now. */
  storeAnswers(): Promise<boolean> {
    return this.opening.answers(({ store }) => store.log.headPosition());
  }

  /** Whether recordings can be taken now: by the spool, while the storage is away. */
  takesRecordings(): Promise<boolean> {
    return this.opening.answers(({ recordings }) => recordings.check());
  }

  close(): Promise<void> {
    return this.opening.close();
  }
}

const openBoth = async ({ databaseUrl: url, keks, bytes, logger }: GroundOptions): Promise<Opened> => {
  const opened = await openServiceStore({
    url,
    keks,
    kinds,
    entities: [],
    migrations,
    applicationName: 'media-svc',
    logger,
  });
  return { ...opened, recordings: await openBytes(bytes, opened.store.pool) };
};
