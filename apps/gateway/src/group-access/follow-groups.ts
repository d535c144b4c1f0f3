import { type Bus, type Log, type RunningConsumer, startConsumer } from '@aftertone/messaging';
import type { GroupAccess } from './group-access.ts';

interface FollowGroups {
  bus: Bus;
  /** The gateway's database. */
  databaseUrl: string;
  cell: string;
  access: GroupAccess;
  log: Log;
}

/** Keeps `access` by the settings of mailboxes and by their members, in one gateway of all. */
export const followGroups = ({ access, ...options }: FollowGroups): RunningConsumer =>
  startConsumer({
    ...options,
    durable: 'gateway-groups',
    source: 'mailbox',
    filter: 'evt.*.mailboxes.*.settings.>',
    handle: (incoming) => access.apply(incoming.map(({ event }) => event)),
  });
