import type { ReplayPage } from '@aftertone/contracts';
import type { RecordedEvent } from '@aftertone/event-store';
import type { Database } from '../database/database.ts';
import { contractEvent, isIdentityEvent } from './publish.ts';
import { registryTenantId, tenantAggregate } from './tenants/tenant.aggregate.ts';

/** The identity events of a tenant as other services tell theirs: a stretch of our log as contract events. */
export class OwnLog {
  private readonly database: Database;
  private readonly source: string;

  /** @param source CloudEvents `source` of our events */
  constructor(database: Database, source: string) {
    this.database = database;
    this.source = source;
  }

  async read(tenantId: string, afterPosition: number, limit: number): Promise<ReplayPage> {
    const { store } = this.database;
    const headPosition = await store.log.headPosition();
    const range = { afterPosition, throughPosition: headPosition, limit };
    const recorded = await store.log.readTenant({ tenantId, ...range });
    const last = recorded.at(-1);
    const throughPosition = recorded.length < limit || last === undefined ? headPosition : last.position;
    // A tenant's beginning is kept in the registry.
    const [registered] = await store.history(tenantAggregate, registryTenantId, tenantId, { limit: 1 });
    const events: RecordedEvent[] = [...(registered === undefined ? [] : [registered]), ...recorded];
    return {
      events: events
        .filter(({ position }) => position > afterPosition && position <= throughPosition)
        .filter(isIdentityEvent)
        .sort((a, b) => a.position - b.position)
        .map((event) => {
          const { position } = event;
          const told = contractEvent(event, this.source);
          return { position, part: 0, paths: [told.subject], event: told };
        }),
      throughPosition,
      headPosition,
    };
  }
}
