import {
  asStoreError,
  closeServiceStore,
  type EventStore,
  eventStoreMigrations,
  Opening,
  openServiceStore,
  type ServiceStore,
} from '@aftertone/event-store';
import type { Logger } from '@aftertone/platform';
import type { QueryResult, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { tenantAggregate } from '../identity/tenants/tenant.aggregate.ts';
import { TenantRow } from '../identity/tenants/tenant.entity.ts';
import { tokenAggregate } from '../identity/tokens/token.aggregate.ts';
import { userAggregate } from '../identity/users/user.aggregate.ts';
import { UserRow } from '../identity/users/user.entity.ts';
import { Identity1700000100001 } from '../migrations/1700000100001-identity.ts';
import { Policies1700000100010 } from '../migrations/1700000100010-policies.ts';
import { BusLogin1700000100020 } from '../migrations/1700000100020-bus-login.ts';

export interface DatabaseOptions {
  url: string;
  /** Key-encryption keys; the first seals, all open. */
  keks: readonly string[];
  logger: Logger;
}

/** The gateway's database. Everything but `open` throws `store-unavailable` until it is open. */
export class Database {
  private readonly opening: Opening<ServiceStore>;

  constructor(options: DatabaseOptions) {
    this.opening = new Opening({
      attempt: () =>
        openServiceStore({
          ...options,
          kinds: [tenantAggregate, userAggregate, tokenAggregate],
          entities: [TenantRow, UserRow],
          migrations: [...eventStoreMigrations, Identity1700000100001, Policies1700000100010, BusLogin1700000100020],
          applicationName: 'aftertone-gateway',
        }),
      close: closeServiceStore,
      logger: options.logger,
    });
  }

  /** Migrates and opens in the background, for as long as that takes. */
  open(whenOpen: () => void): void {
    this.opening.open(whenOpen);
  }

  get store(): EventStore {
    return this.opening.there.store;
  }

  /** Sessions under row-level security. */
  get reader(): DataSource {
    return this.opening.there.reader;
  }

  /** A statement of the service's own, for what comes before a tenant is known. */
  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<QueryResult<Row>> {
    try {
      return await this.store.pool.query<Row>(text, values);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  isReady(): Promise<boolean> {
    return this.opening.answers(({ store }) => store.pool.query('SELECT 1'));
  }

  close(): Promise<void> {
    return this.opening.close();
  }
}
