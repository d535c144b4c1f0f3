import type { RecordedEvent } from '@aftertone/event-store';
import type { Directory } from '../identity/directory.ts';
import { registryTenantId } from '../identity/tenants/tenant.aggregate.ts';
import type { Cell } from './cells.ts';

/** Events of tenants themselves are kept in the registry. */
const tenantOf = ({ tenantId, data }: RecordedEvent): string =>
  tenantId === registryTenantId ? String(Reflect.get(Object(data), 'tenantId')) : tenantId;

/** Those of the gateway's events that a cell is told: of the tenants that live there. */
export const eventsOfCell =
  ({ name }: Cell, home: Cell, directory: Pick<Directory, 'cells'>) =>
  async (events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]> => {
    const found = await directory.cells([...new Set(events.map(tenantOf))]);
    return events.filter((event) => (found.get(tenantOf(event)) ?? home.name) === name);
  };
