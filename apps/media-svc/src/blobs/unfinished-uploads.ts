import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { nullIfMissing } from './storage-errors.ts';

/** Folders that this process writes to: the same process number alone does not say whose a folder is. */
const ownFolders = new Set<string>();

const owner = (host: string): string => `${encodeURIComponent(host)}~`;

/**
 * The folder of this process's unfinished uploads. Its name tells host and process, so that a start after a kill can
 * remove what the killed process of this host left, and leaves alone what others are writing on a shared volume.
 */
export class UnfinishedUploads {
  readonly folder: string;
  private readonly parent: string;
  private readonly mine: string;
  private count = 0;

  constructor(parent: string) {
    this.parent = parent;
    this.mine = `${owner(hostname())}${process.pid}~${randomBytes(6).toString('hex')}`;
    this.folder = join(parent, this.mine);
    ownFolders.add(this.mine);
  }

  /** The parent must be there: where it is missing, the storage is. */
  async begin(): Promise<void> {
    await this.remake();
    for (const name of await readdir(this.parent)) {
      if (this.isLeftByTheDead(name)) await rm(join(this.parent, name), { recursive: true, force: true });
    }
  }

  nextFile(): string {
    this.count += 1;
    return join(this.folder, this.count.toString(36));
  }

  /** Housekeeping of another process may have taken our folder away while it was empty for long. */
  async remake(): Promise<void> {
    await mkdir(this.folder, { mode: 0o700 }).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }

  /** Removes files of any process that nobody has written to since `olderThan`. */
  async removeOlder(olderThan: Date): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.parent)) {
      const folder = join(this.parent, name);
      for (const file of (await readdir(folder).catch(nullIfMissing)) ?? []) {
        const facts = await stat(join(folder, file)).catch(nullIfMissing);
        if (facts === null || facts.mtime >= olderThan) continue;
        await rm(join(folder, file), { force: true });
        removed += 1;
      }
      const isOld = ((await stat(folder).catch(nullIfMissing))?.mtime ?? olderThan) < olderThan;
      if (name !== this.mine && isOld) await rmdir(folder).catch(() => undefined);
    }
    return removed;
  }

  async end(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    ownFolders.delete(this.mine);
  }

  private isLeftByTheDead(name: string): boolean {
    if (ownFolders.has(name) || !name.startsWith(owner(hostname()))) return false;
    const pid = Number(name.slice(owner(hostname()).length).split('~')[0]);
    // In a container the killed process and this one often have the same number.
    return Number.isInteger(pid) && pid > 0 && (pid === process.pid || !isAlive(pid));
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
