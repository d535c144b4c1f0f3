import { type Log, type RunningConsumer, startConsumer } from '@aftertone/messaging';
import type { Cell } from '../cells/cells.ts';
import type { GroupAccess } from './group-access.ts';

interface FollowGroups {
  /** The gateway's database. */
  databaseUrl: string;
  cell: Cell;
  access: GroupAccess;
  log: Log;
}

/** Keeps `access` by the settings of the cell's mailboxes and by their members, in one gateway of all. */
export const followGroups = ({ access, cell, ...options }: FollowGroups): RunningConsumer =>
  startConsumer({
    ...options,
    bus: cell.bus,
    cell: cell.name,
    durable: cell.own('gateway-groups'),
    source: 'mailbox',
    filter: 'evt.*.mailboxes.*.settings.>',
    handle: (incoming) => access.apply(incoming.map(({ event }) => event)),
  });
