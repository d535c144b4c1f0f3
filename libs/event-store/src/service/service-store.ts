import type { DataSource, DataSourceOptions, MigrationInterface } from 'typeorm';
import { migrate } from '../migrate.ts';
import { openReader } from '../readers/reader.ts';
import { TenantReads } from '../readers/tenant-reads.ts';
import type { StoredKind } from '../store/decode.ts';
import type { StoreLogger } from '../store/logger.ts';
import { type EventStore, openEventStore } from '../store/store.ts';
import { DatabaseClock } from './database-clock.ts';

export interface ServiceStoreOptions {
  url: string;
  /** Base64 keys; the first seals, all open. */
  keks: readonly string[];
  /** Every aggregate of the service: how its events are stored. */
  kinds: readonly StoredKind[];
  /** What is read through the ORM. */
  entities: NonNullable<DataSourceOptions['entities']>;
  migrations: ReadonlyArray<new () => MigrationInterface>;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  logger: StoreLogger;
}

/** A service's database: its event store, sessions of the reading role for `asTenant`, and its short reads. */
export interface ServiceStore {
  store: EventStore;
  reader: DataSource;
  reads: TenantReads;
  /** The database's time: the same for all processes, whatever the clocks of their machines say. */
  clock: DatabaseClock;
}

const sessions = { store: 8, reads: 2, reader: 8 };
/** Two take turns under load. */
const laneSessions = 2;
/** One holds all places of a process. */
const electionSessions = 1;

/** Sessions of the database that one process of a service may have open; each of its durable consumers adds one. */
export const mostSessions = sessions.store + laneSessions + electionSessions + sessions.reads + sessions.reader;

/** Migrates the database and opens it, once. Throws when Postgres does not answer or a key is wrong. */
export async function openServiceStore(options: ServiceStoreOptions): Promise<ServiceStore> {
  const { url, keks, kinds, entities, applicationName, logger } = options;
  const ran = await migrate(url, options.migrations);
  if (ran.length > 0) logger.info({ migrations: ran }, 'migrated');
  const store = await openEventStore({
    ...{ url, kek: keks.join(), kinds, applicationName, logger },
    poolSize: sessions.store,
  });
  let reads: TenantReads | undefined;
  let clock: DatabaseClock | undefined;
  try {
    clock = await DatabaseClock.open(store.pool);
    reads = await TenantReads.open(url, {
      applicationName: `${applicationName}-reads`,
      poolSize: sessions.reads,
    });
    const reader = await openReader(url, entities, {
      applicationName: `${applicationName}-reader`,
      poolSize: sessions.reader,
    });
    return { store, reader, reads, clock };
  } catch (error) {
    clock?.stop();
    await reads?.close();
    await store.close();
    throw error;
  }
}

export async function closeServiceStore({ store, reader, reads, clock }: ServiceStore): Promise<void> {
  clock.stop();
  await store.close();
  await reads.close();
  await reader.destroy();
}
