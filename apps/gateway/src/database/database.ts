import {
  asStoreError,
  closeServiceStore,
  type EventStore,
  Opening,
  openServiceStore,
  type ServiceStore,
} from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import type { QueryResult, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { identityAggregates } from '../identity/aggregates.ts';
import { PolicyRow } from '../identity/policies/policy.entity.ts';
import { ServiceTokenRow, ServiceTokenUseRow } from '../identity/service-tokens/service-token.entity.ts';
import { TenantRow } from '../identity/tenants/tenant.entity.ts';
import { UserRow } from '../identity/users/user.entity.ts';
import { migrations } from '../migrations/index.ts';
import { SubscriptionProgressRow, SubscriptionRow } from '../subscriptions/subscription.entity.ts';

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
          kinds: identityAggregates,
          entities: [
            TenantRow,
            UserRow,
            PolicyRow,
            ServiceTokenRow,
            ServiceTokenUseRow,
            SubscriptionRow,
            SubscriptionProgressRow,
          ],
          migrations,
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

  /** The database's time. */
  get clock(): Clock {
    return this.opening.there.clock.now;
  }

  /** Sessions under row-level security. */
  get reader(): DataSource {
    return this.opening.there.reader;
  }

  /**
   * A statement of the service's own, for what comes before a tenant is known. One with a `name` is planned once in each
   * connection: the name must always mean the same text.
   */
  async query<Row extends QueryResultRow>(
    text: string,
    values: unknown[] = [],
    name?: string,
  ): Promise<QueryResult<Row>> {
    try {
      return await this.store.pool.query<Row>({ text, values, ...(name === undefined ? {} : { name }) });
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
