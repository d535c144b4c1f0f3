import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '@aftertone/event-store';
import { unavailable } from '@aftertone/kernel';
import { connectBus } from '@aftertone/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Stoppable } from '../../background/repeatedly.ts';
import { electedRounds } from '../elected-rounds.ts';
import { type BusLogin, type BusLogins, busUserOf } from '../logins.ts';
import type { UsersFileWay } from '../way.ts';
import type { WayIn } from '../way-in.ts';
import type { BusLoginTable } from './bus-login-table.ts';
import { busPasswordHash } from './hash.ts';
import { UsersFile } from './users-file.ts';

const updateEveryMs = 1_000;
/** Several rounds of the process that writes the file. */
const admittedWithinMs = 8_000;
const rightsRetryMs = 200;

export interface UsersFileWayOptions {
  /** Address of the bus as the gateway reaches it. */
  url: string;
  way: UsersFileWay;
  table: BusLoginTable;
  logins: BusLogins;
}

/** Whether the server knows these rights of the connection's user already; it may know older ones. */
const mayListen = async (connection: NatsConnection, subjects: readonly string[]): Promise<boolean> => {
  let isAllowed = true;
  // A server without the right refuses with an error, before it answers what was sent after.
  const subscriptions = subjects.map((subject) =>
    connection.subscribe(subject, {
      callback: (error) => {
        if (error !== null) isAllowed = false;
      },
    }),
  );
  await connection.flush();
  for (const subscription of subscriptions) subscription.unsubscribe();
  return isAllowed;
};

/** The server reads from a file who may log in; who does not any more is put out when it reads the file again. */
export class ByUsersFile implements WayIn {
  private readonly options: UsersFileWayOptions;

  constructor(options: UsersFileWayOptions) {
    this.options = options;
  }

  async admit({ tenantId, tokenId, permissions }: BusLogin, tokenText: string): Promise<void> {
    const { table, url } = this.options;
    await table.add({ tenantId, tokenId, passwordHash: await busPasswordHash(tokenText) });
    // Another process may write the file, and only the server knows when it has read it.
    const trial = connectBus({ url, user: busUserOf(tokenId), password: tokenText, name: 'gateway-trial' });
    const signal = AbortSignal.timeout(admittedWithinMs);
    try {
      while (!(await mayListen(await trial.whenUp(signal), permissions.subscribe.allow)))
        await delay(rightsRetryMs, undefined, { signal });
    } catch (error) {
      throw unavailable('bus-login-pending', 'The bus does not know the log-in yet; ask again', {}, error);
    } finally {
      await trial.close();
    }
  }

  start(store: EventStore): Stoppable[] {
    const { way, table, logins } = this.options;
    return [
      electedRounds({ store, name: 'bus-users', everyMs: updateEveryMs }, () => {
        const file = new UsersFile({ ...way, table, logins });
        return () => file.update();
      }),
    ];
  }

  async close(): Promise<void> {}
}
