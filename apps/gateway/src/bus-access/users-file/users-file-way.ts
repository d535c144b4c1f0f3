import type { EventStore } from '@aftertone/event-store';
import { unavailable } from '@aftertone/kernel';
import type { Stoppable } from '../../background/repeatedly.ts';
import { electedRounds } from '../elected-rounds.ts';
import type { BusLogin, BusLogins } from '../logins.ts';
import type { UsersFileWay } from '../way.ts';
import type { WayIn } from '../way-in.ts';
import type { BusLoginTable } from './bus-login-table.ts';
import { busPasswordHash } from './hash.ts';
import { untilAdmitted } from './trial.ts';
import { UsersFile } from './users-file.ts';

const updateEveryMs = 1_000;
/** Several rounds of the process that writes the file. */
const admittedWithinMs = 8_000;

export interface UsersFileWayOptions {
  /** Address of the bus as the gateway reaches it. */
  url: string;
  way: UsersFileWay;
  table: BusLoginTable;
  logins: BusLogins;
  /** Name of an election for this bus. */
  own(name: string): string;
}

/** The server reads from a file who may log in; who does not any more is put out when it reads the file again. */
export class ByUsersFile implements WayIn {
  private readonly options: UsersFileWayOptions;

  constructor(options: UsersFileWayOptions) {
    this.options = options;
  }

  async admit(login: BusLogin, tokenText: string): Promise<void> {
    const { table, url } = this.options;
    const { tenantId, tokenId } = login;
    await table.add({ tenantId, tokenId, passwordHash: await busPasswordHash(tokenText) });
    try {
      // Another process may write the file, and only the server knows when it has read it.
      await untilAdmitted(url, login, tokenText, AbortSignal.timeout(admittedWithinMs));
    } catch (error) {
      throw unavailable('bus-login-pending', 'The bus does not know the log-in yet; ask again', {}, error);
    }
  }

  start(store: EventStore): Stoppable[] {
    const { way, table, logins, own } = this.options;
    return [
      electedRounds({ store, name: own('bus-users'), everyMs: updateEveryMs }, () => {
        const file = new UsersFile({ ...way, table, logins });
        return () => file.update();
      }),
    ];
  }

  async close(): Promise<void> {}
}
