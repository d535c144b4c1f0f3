import type { ReplayPage } from '@aftertone/contracts';
import { type Publisher, replay } from '@aftertone/event-store';
import type { Database } from '../database/database.ts';
import { registryTenantId, tenantAggregate } from './tenants/tenant.aggregate.ts';

/** The identity events of a tenant as other services tell theirs: a stretch of our log as contract events. */
export class OwnLog {
  private readonly database: Database;
  private readonly publisher: Publisher;

  constructor(database: Database, publisher: Publisher) {
    this.database = database;
    this.publisher = publisher;
  }

  async read(tenantId: string, afterPosition: number, limit: number): Promise<ReplayPage> {
    const { store } = this.database;
    const page = await replay(store.log, this.publisher, { tenantId, afterPosition, limit });
    // A tenant's beginning is kept in the registry.
    const [registered] = await store.history(tenantAggregate, registryTenantId, tenantId, { limit: 1 });
    const position = registered?.position ?? 0;
    if (registered === undefined || position <= afterPosition || position > page.throughPosition) return page;
    const first = this.publisher.envelopes(registered).map((told) => ({ position, ...told }));
    return { ...page, events: [...first, ...page.events] };
  }
}
