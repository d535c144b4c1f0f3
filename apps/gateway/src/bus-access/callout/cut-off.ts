import type { Bus } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import type { BusLogins } from '../logins.ts';
import { type Connection, endConnection, listConnections } from './connections.ts';
import { admittedName, tokenIdOf } from './user-name.ts';

export interface CutOffOptions {
  /** Connection to the system account. */
  system: Bus;
  logins: BusLogins;
  logger: Logger;
}

/**
 * Ends the connections whose token is not valid any more, and those that came in with other permissions than their
 * token has now: they come back by themselves and get the new ones. Does nothing while the bus is down. Throws, having
 * ended none of a page, when the store or the servers do not answer.
 */
export const cutOff = async ({ system, logins, logger }: CutOffOptions): Promise<void> => {
  if (!system.isUp) return;
  const connection = system.connection();
  for await (const open of listConnections(connection)) {
    for (const ended of await notValid(open, logins)) {
      logger.info({ user: ended.user }, 'ending a connection to the bus: its log-in is not valid any more');
      await endConnection(connection, ended);
    }
  }
};

const notValid = async (open: readonly Connection[], logins: BusLogins): Promise<Connection[]> => {
  const ids = new Set(open.flatMap(({ user }) => tokenIdOf(user) ?? []));
  const valid = ids.size === 0 ? new Map() : await logins.byIds([...ids]);
  const names = new Set([...valid.values()].map(admittedName));
  return open.filter(({ user }) => !names.has(user));
};
