import type { EventStore } from '@aftertone/event-store';
import type { Logger } from '@aftertone/platform';
import type { Stoppable } from '../background/repeatedly.ts';
import type { Cell } from '../cells/cells.ts';
import type { Database } from '../database/database.ts';
import { handOnAcknowledgements } from './acknowledgements.ts';
import { BusAccess } from './bus-access.ts';
import { ByCallout } from './callout/callout-way.ts';
import type { BusLogins } from './logins.ts';
import { BusLoginTable } from './users-file/bus-login-table.ts';
import { ByUsersFile } from './users-file/users-file-way.ts';
import { type DirectLogins, directLoginsOf } from './way.ts';
import type { WayIn } from './way-in.ts';

export interface BusAccessParts {
  cell: Pick<Cell, 'config' | 'bus' | 'own'>;
  database: Database;
  logins: BusLogins;
  logger: Logger;
}

/** Access to the bus for other software, and the work that it takes from start to end. */
export interface RunningBusAccess {
  access: BusAccess;
  start(store: EventStore): Stoppable[];
  close(): Promise<void>;
}

/** To the bus of one cell, as the settings say; without any, nobody but the services gets onto the bus. */
export const makeBusAccess = (parts: BusAccessParts): RunningBusAccess => {
  const direct = directLoginsOf(parts.cell.config);
  if (direct === undefined)
    return { access: new BusAccess(undefined), start: () => [], close: () => Promise.resolve() };
  const way = makeWay(parts, direct);
  return {
    access: new BusAccess({ servers: direct.servers, logins: parts.logins, way }),
    start: (store) => [handOnAcknowledgements(parts.cell.bus), ...way.start(store)],
    close: () => way.close(),
  };
};

const makeWay = ({ cell, database, logins, logger }: BusAccessParts, { way }: DirectLogins): WayIn => {
  const { bus, config } = cell;
  const url = config.NATS_URL;
  const own = (name: string): string => cell.own(name);
  return way.kind === 'callout'
    ? new ByCallout({ bus, url, way, logins, logger, own })
    : new ByUsersFile({ url, way, table: new BusLoginTable(database), logins, own });
};
