import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a folder's entries survive a power cut. */
export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/** Each is a file descriptor. */
const keptOpen = 512;
/** Paths whose names are known to be durable. */
const keptKnown = 50_000;
/** A folder may be moved away and another one put in its place: what is open is looked at so often. */
const trustMs = 1_000;

interface Shard {
  folder: Promise<FileHandle>;
  /** A flush that has not begun yet: whoever comes meanwhile is served by it too. */
  nextSync: Promise<void> | null;
  lastSync: Promise<void>;
}

/**
 * The folders that finished blobs are named in, kept open so that making a name durable is one call, which uploads that
 * end at the same time share.
 */
export class ShardFolders {
  private readonly root: string;
  private readonly shards = new Map<string, Shard>();
  private readonly durable = new Set<string>();
  private rootIs = '';
  private trustedUntil = 0;
  private closed = false;

  /** @param root innermost folder that is never made here: when it is missing, the storage is not there. */
  constructor(root: string) {
    this.root = root;
  }

  /** Makes the folder below the root when it is missing; its own name is durable then. */
  async ensure(path: string): Promise<void> {
    if (performance.now() >= this.trustedUntil) await this.lookAtRoot();
    await (this.closed ? this.makeDurable(path) : this.shardOf(path).folder);
  }

  /** Makes what was named in the folder up to now durable. */
  sync(path: string): Promise<void> {
    if (this.closed) return syncFolder(path);
    const shard = this.shardOf(path);
    shard.nextSync ??= this.syncAfter(shard);
    return shard.nextSync;
  }

  /** After any failure: what is known may not be so any more. */
  forget(): void {
    for (const shard of this.shards.values()) closeUnused(shard);
    this.shards.clear();
    this.durable.clear();
    this.trustedUntil = 0;
  }

  /** Keeps no folder open any more; what still comes, from work that began before, opens and closes its own. */
  close(): void {
    this.closed = true;
    this.forget();
  }

  private async syncAfter(shard: Shard): Promise<void> {
    await shard.lastSync.catch(() => undefined);
    shard.lastSync = shard.nextSync ?? shard.lastSync;
    shard.nextSync = null;
    await (await shard.folder).sync();
  }

  private shardOf(path: string): Shard {
    let shard = this.shards.get(path);
    // Those that were used last are at the end.
    if (shard !== undefined) this.shards.delete(path);
    else shard = this.openShard(path);
    this.shards.set(path, shard);
    const [oldest] = this.shards;
    if (this.shards.size > keptOpen && oldest !== undefined) {
      this.shards.delete(oldest[0]);
      closeUnused(oldest[1]);
    }
    return shard;
  }

  private openShard(path: string): Shard {
    const folder = this.makeDurable(path).then(() => open(path, 'r'));
    const shard = { folder, nextSync: null, lastSync: Promise.resolve() };
    folder.catch(() => {
      // Meanwhile another one may have taken its place, which must not go without being closed.
      if (this.shards.get(path) === shard) this.shards.delete(path);
    });
    return shard;
  }

  /**
   * A folder that is there already may have been made by another process that has not flushed its name yet: the first
   * use always flushes the parents.
   */
  private async makeDurable(path: string): Promise<void> {
    if (path.length <= this.root.length || this.durable.has(path)) return;
    await this.makeDurable(dirname(path));
    await mkdir(path, { mode: 0o700 }).catch(unlessThere);
    await syncFolder(dirname(path));
    if (this.durable.size >= keptKnown) this.durable.clear();
    this.durable.add(path);
  }

  private async lookAtRoot(): Promise<void> {
    const { dev, ino } = await stat(this.root);
    if (this.rootIs !== `${dev}/${ino}`) this.forget();
    this.rootIs = `${dev}/${ino}`;
    this.trustedUntil = performance.now() + trustMs;
  }
}

const unlessThere = (error: unknown): void => {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
};

const closeUnused = ({ folder, lastSync, nextSync }: Shard): void => {
  void Promise.allSettled([lastSync, nextSync])
    .then(async () => (await folder).close())
    .catch(() => undefined);
};
