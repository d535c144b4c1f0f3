import type { ReplayPage } from '@aftertone/contracts';
import { type Publisher, replay } from '@aftertone/event-store';
import type { Database } from '../database/database.ts';
import { registryTenantId, tenantAggregate } from './tenants/tenant.aggregate.ts';

/** Settings change a few times in the life of a tenant: no history of them is longer. */
const mostTold = 10_000;

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
    // A tenant's beginning and its settings are kept in the registry.
    const own = await store.history(tenantAggregate, registryTenantId, tenantId, { limit: mostTold });
    const told = own.filter(({ position }) => position > afterPosition && position <= page.throughPosition);
    if (told.length === 0) return page;
    const more = told.flatMap((recorded) =>
      this.publisher.envelopes(recorded).map((event) => ({ position: recorded.position, ...event })),
    );
    return { ...page, events: [...more, ...page.events].sort((one, other) => one.position - other.position) };
  }
}
