import { setTimeout as delay } from 'node:timers/promises';
import { type EventStore, migrate, openEventStore, openReader, type StoreLogger } from '@aftertone/event-store';
import { type Clock, systemClock, unavailable } from '@aftertone/kernel';
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
  source: string;
  logger: StoreLogger;
}

interface Opened {
  store: EventStore;
  reader: DataSource;
  blobs: LocalBlobStore;
}

const firstDelayMs = 250;
const longestDelayMs = 5_000;

/**
 * Database and storage, opened in the background: the service starts also while they are down, refuses requests, and
 * is there as soon as they are. What is lost later comes back by itself.
 */
export class OpeningGround implements Ground {
  readonly clock: Clock = systemClock;
  private readonly options: GroundOptions;
  private readonly ending = new AbortController();
  private opened: Opened | null = null;
  private opening: Promise<void> = Promise.resolve();

  constructor(options: GroundOptions) {
    this.options = options;
  }

  get source(): string {
    return this.options.source;
  }

  get store(): EventStore {
    return this.there().store;
  }

  get reader(): DataSource {
    return this.there().reader;
  }

  get blobs(): LocalBlobStore {
    return this.there().blobs;
  }

  /** Migrates and opens, as often as it takes, then calls `whenOpen`. Returns at once. */
  open(whenOpen: () => void): void {
    this.opening = this.keepTrying(whenOpen);
  }

  /** Whether the database is migrated and answers now. */
  async storeAnswers(): Promise<boolean> {
    return this.opened !== null && isFulfilled(this.opened.store.log.headPosition());
  }

  /** Whether recordings can be written now. */
  async storageAnswers(): Promise<boolean> {
    return this.opened !== null && isFulfilled(this.opened.blobs.check());
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.opening;
    await this.opened?.store.close();
    await this.opened?.reader.destroy();
    await this.opened?.blobs.close();
  }

  private there(): Opened {
    if (this.opened === null)
      throw unavailable('store-unavailable', 'The database, or the storage, has not answered yet.');
    return this.opened;
  }

  private async keepTrying(whenOpen: () => void): Promise<void> {
    const { signal } = this.ending;
    for (let wait = firstDelayMs; !signal.aborted; wait = Math.min(wait * 2, longestDelayMs)) {
      try {
        this.opened = await this.attempt();
        whenOpen();
        return;
      } catch (error) {
        this.options.logger.error({ err: error }, 'database or storage cannot be opened; trying again');
      }
      await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  private async attempt(): Promise<Opened> {
    const { databaseUrl: url, keks, storagePath, logger } = this.options;
    const ran = await migrate(url, migrations);
    if (ran.length > 0) logger.info({ migrations: ran }, 'migrated');
    const applicationName = 'media-svc';
    const store = await openEventStore({ url, kek: keks.join(), kinds: [mediaAggregate], applicationName, logger });
    try {
      const blobs = await openLocalBlobStore(storagePath);
      const reader = await openReader(url, [MediaRow], { applicationName: `${applicationName}-reader` });
      return { store, reader, blobs };
    } catch (error) {
      await store.close();
      throw error;
    }
  }
}

const isFulfilled = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );
