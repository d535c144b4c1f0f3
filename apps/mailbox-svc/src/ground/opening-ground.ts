import { setTimeout as delay } from 'node:timers/promises';
import { type EventStore, migrate, openEventStore, openReader, type StoreLogger } from '@aftertone/event-store';
import { type Clock, systemClock, unavailable } from '@aftertone/kernel';
import type { DataSource } from 'typeorm';
import { migrations } from '../migrations/index.ts';
import type { Ground } from './ground.ts';
import { entities, kinds } from './model.ts';

export interface GroundOptions {
  databaseUrl: string;
  /** Base64 keys; the first seals, all open. */
  keks: readonly string[];
  source: string;
  logger: StoreLogger;
}

interface Opened {
  store: EventStore;
  reader: DataSource;
}

const firstDelayMs = 250;
const longestDelayMs = 5_000;

/**
 * The database, opened in the background: a service starts also while Postgres is down, refuses calls as
 * `store-unavailable`, and is there as soon as Postgres is. What is lost later the pools get back by themselves.
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

  /** Migrates and opens, as often as it takes, then calls `whenOpen`. Returns at once. */
  open(whenOpen: () => void): void {
    this.opening = this.keepTrying(whenOpen);
  }

  /** Whether the database is migrated and answers now. */
  async answers(): Promise<boolean> {
    if (this.opened === null) return false;
    try {
      await this.opened.store.log.headPosition();
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.opening;
    await this.opened?.store.close();
    await this.opened?.reader.destroy();
  }

  private there(): Opened {
    if (this.opened === null) throw unavailable('store-unavailable', 'The database has not answered yet.');
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
        this.options.logger.error({ err: error }, 'the database cannot be opened; trying again');
      }
      await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  private async attempt(): Promise<Opened> {
    const { databaseUrl: url, keks, logger } = this.options;
    const ran = await migrate(url, migrations);
    if (ran.length > 0) logger.info({ migrations: ran }, 'migrated');
    const applicationName = 'mailbox-svc';
    const store = await openEventStore({ url, kek: keks.join(), kinds, applicationName, logger });
    try {
      return { store, reader: await openReader(url, entities, { applicationName: `${applicationName}-reader` }) };
    } catch (error) {
      await store.close();
      throw error;
    }
  }
}
