import { setTimeout as delay } from 'node:timers/promises';
import {
  asStoreError,
  type EventStore,
  eventStoreMigrations,
  migrate,
  openEventStore,
  openReader,
} from '@aftertone/event-store';
import { unavailable } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import type { QueryResult, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { tenantAggregate } from '../identity/tenants/tenant.aggregate.ts';
import { TenantRow } from '../identity/tenants/tenant.entity.ts';
import { tokenAggregate } from '../identity/tokens/token.aggregate.ts';
import { userAggregate } from '../identity/users/user.aggregate.ts';
import { UserRow } from '../identity/users/user.entity.ts';
import { Identity1700000100001 } from '../migrations/1700000100001-identity.ts';

export interface DatabaseOptions {
  url: string;
  /** Key-encryption keys as the event store reads them. */
  kek: string;
  logger: Logger;
}

interface Sessions {
  store: EventStore;
  reader: DataSource;
}

const migrations = [...eventStoreMigrations, Identity1700000100001];

const open = async ({ url, kek, logger }: DatabaseOptions): Promise<Sessions> => {
  await migrate(url, migrations);
  const kinds = [tenantAggregate, userAggregate, tokenAggregate];
  const store = await openEventStore({ url, kek, kinds, logger, applicationName: 'aftertone-gateway' });
  try {
    const reader = await openReader(url, [TenantRow, UserRow], { applicationName: 'aftertone-gateway-reader' });
    return { store, reader };
  } catch (error) {
    await store.close();
    throw error;
  }
};

const retryMs = 1_000;

/** The gateway's database: migrated and opened in the background, for as long as that takes. */
export class Database {
  /** Resolves when it is open; rejects when it is closed before. */
  readonly opened: Promise<Sessions>;
  private readonly closing = new AbortController();
  private sessions: Sessions | undefined;

  constructor(options: DatabaseOptions) {
    this.opened = this.keepOpening(options);
    this.opened.catch(() => undefined); // closing before it was open is no failure
  }

  /** Throws `store-unavailable` while it is not open. */
  get store(): EventStore {
    return this.open.store;
  }

  /** Sessions under row-level security. Throws `store-unavailable` while it is not open. */
  get reader(): DataSource {
    return this.open.reader;
  }

  /** A statement of the service's own, for what comes before a tenant is known. Throws `store-unavailable`. */
  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<QueryResult<Row>> {
    try {
      return await this.open.store.pool.query<Row>(text, values);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  async isReady(): Promise<boolean> {
    await this.query('SELECT 1');
    return true;
  }

  async close(): Promise<void> {
    this.closing.abort();
    const sessions = await this.opened.catch(() => undefined);
    await sessions?.reader.destroy();
    await sessions?.store.close();
  }

  private get open(): Sessions {
    if (this.sessions === undefined) throw unavailable('store-unavailable', 'The database does not answer yet');
    return this.sessions;
  }

  private async keepOpening(options: DatabaseOptions): Promise<Sessions> {
    for (;;) {
      this.closing.signal.throwIfAborted();
      try {
        this.sessions = await open(options);
        return this.sessions;
      } catch (error) {
        options.logger.warn({ err: error }, 'the database cannot be opened: trying again');
      }
      await delay(retryMs, undefined, { signal: this.closing.signal });
    }
  }
}
