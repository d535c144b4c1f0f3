import { readFile, rename, writeFile } from 'node:fs/promises';
import type { BusLogins } from '../logins.ts';
import type { UsersFileWay } from '../way.ts';
import type { BusLoginTable, RegisteredLogin } from './bus-login-table.ts';
import { reloadServer } from './server-process.ts';
import { type FileLogin, usersFileText } from './text.ts';

export interface UsersFileOptions extends Pick<UsersFileWay, 'usersFile' | 'pidFile'> {
  table: BusLoginTable;
  logins: BusLogins;
}

/**
 * Keeps the server's file of users at what is registered and still valid; in one process at a time, one of these for
 * each of its terms.
 */
export class UsersFile {
  private readonly options: UsersFileOptions;
  /** Somebody else may have written the file and ended before the server was told. */
  private toldServer = false;

  constructor(options: UsersFileOptions) {
    this.options = options;
  }

  /** Writes and has it read on a difference only. Throws, having changed nothing, when the store does not answer. */
  async update(): Promise<void> {
    const { usersFile, pidFile } = this.options;
    const text = usersFileText(await this.valid());
    if ((await this.written()) !== text) {
      this.toldServer = false;
      const fresh = `${usersFile}.${process.pid}.new`;
      await writeFile(fresh, text, { mode: 0o600 });
      await rename(fresh, usersFile);
    }
    if (!this.toldServer) this.toldServer = await reloadServer(pidFile);
  }

  private async written(): Promise<string | undefined> {
    return readFile(this.options.usersFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
  }

  private async valid(): Promise<FileLogin[]> {
    const { table, logins } = this.options;
    const valid: FileLogin[] = [];
    for await (const page of table.pages()) {
      const live = await logins.byIds(page.map(({ tokenId }) => tokenId));
      const gone: RegisteredLogin[] = [];
      for (const registered of page) {
        const login = live.get(registered.tokenId);
        if (login === undefined) gone.push(registered);
        else valid.push({ login, passwordHash: registered.passwordHash });
      }
      // A token that ended never comes back.
      if (gone.length > 0) await table.remove(gone);
    }
    return valid;
  }
}
