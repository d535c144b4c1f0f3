import { randomUUID } from 'node:crypto';
import { access, constants, link, mkdir, open, opendir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { blobName, parseBlobName } from './blob-name.ts';
import type { BlobContent, BlobKey, BlobStore, ByteRange, StoredBlob } from './blob-store.ts';
import { FileStream, type Through } from './file-stream.ts';
import { LocalBlobWriter } from './local-blob-writer.ts';
import { blobFile, blobsFolder, shardFolder, unfinishedFolder } from './local-layout.ts';
import { ShardFolders, syncFolder } from './shard-folders.ts';
import {
  isMissing,
  nullIfMissing,
  onStorage,
  recordingMissing,
  storageUnavailable,
  unlessThere,
} from './storage-errors.ts';
import { StorageFault } from './storage-fault.ts';
import { UnfinishedUploads } from './unfinished-uploads.ts';

export interface LocalBlobOptions {
  /** On one file system. */
  root: string;
  /** May the folder be made? Where recordings lie in it already, a missing one has only gone away. */
  mayMake(): Promise<boolean>;
  /** What every call goes through; at once when not given. */
  through?: Through;
}

/**
 * Blobs in a folder, which several processes may share when its file system does what POSIX says about `rename` and
 * `fsync`. The folder may be away at any time, also at the start: then every method says so.
 */
export class LocalBlobStore implements BlobStore {
  private readonly root: string;
  private readonly mayMake: () => Promise<boolean>;
  private readonly through: Through;
  private readonly shards: ShardFolders;
  private readonly unfinished: UnfinishedUploads;
  private preparing: Promise<void> | null = null;

  constructor({ root, mayMake, through = (call) => call() }: LocalBlobOptions) {
    this.root = root;
    this.mayMake = mayMake;
    this.through = through;
    this.shards = new ShardFolders(blobsFolder(root));
    this.unfinished = new UnfinishedUploads(unfinishedFolder(root));
  }

  put(key: BlobKey, content: BlobContent, signal?: AbortSignal): Promise<void> {
    return this.call(async () => {
      signal?.throwIfAborted();
      const writer = await this.begin();
      try {
        const body = content.read();
        if (Symbol.asyncIterator in body) {
          for await (const chunk of body) {
            signal?.throwIfAborted();
            await writer.write([chunk]);
          }
        } else await writer.write(body);
        signal?.throwIfAborted();
        await writer.commit(key);
      } catch (error) {
        await writer.discard().catch(() => undefined);
        throw error;
      }
    });
  }

  /** A file to be written piece by piece. */
  begin(): Promise<LocalBlobWriter> {
    return onStorage(async () => {
      await this.prepare();
      try {
        return await LocalBlobWriter.begin(this.unfinished.nextFile(), this.name);
      } catch (error) {
        if (!isMissing(error)) throw error;
        await stat(blobsFolder(this.root));
        await this.unfinished.remake();
        return await LocalBlobWriter.begin(this.unfinished.nextFile(), this.name);
      }
    });
  }

  open(key: BlobKey, range?: ByteRange): Promise<Readable> {
    // Opened here and not by the stream, so that a missing file is known before an answer has begun.
    return this.call(async () => {
      const file = await open(blobFile(this.root, key), 'r').catch((error: unknown) => this.missing(error));
      if (range !== undefined && (await file.stat()).size <= range.end) {
        await file.close();
        throw recordingMissing(new Error('the file is shorter than its recording'));
      }
      return new FileStream(file, this.through, range);
    });
  }

  async signedUrl(): Promise<null> {
    return null;
  }

  has(key: BlobKey): Promise<boolean> {
    return this.call(async () => {
      await stat(blobsFolder(this.root));
      return (await stat(blobFile(this.root, key)).catch(nullIfMissing)) !== null;
    });
  }

  delete(key: BlobKey): Promise<void> {
    return this.call(() => rm(blobFile(this.root, key), { force: true }));
  }

  async *list(): AsyncIterable<StoredBlob> {
    for await (const tenant of this.entries(blobsFolder(this.root))) {
      for await (const shard of this.entries(join(blobsFolder(this.root), tenant))) {
        const folder = join(blobsFolder(this.root), tenant, shard);
        for await (const file of this.entries(folder)) {
          const key = parseBlobName(tenant, file);
          const facts = key === null ? null : await this.call(() => stat(join(folder, file)).catch(nullIfMissing));
          if (key !== null && facts !== null) yield { key, bytes: facts.size, storedAt: facts.mtime };
        }
      }
    }
  }

  owner(claim: string): Promise<string> {
    return this.call(async () => {
      await this.prepare();
      const mark = join(this.root, 'owner');
      // Whole or not at all: an empty mark would be somebody else's for ever.
      const unfinished = `${mark}.${randomUUID()}`;
      await writeFile(unfinished, claim, { flush: true, mode: 0o600 });
      await link(unfinished, mark).catch(unlessThere);
      await rm(unfinished);
      return (await readFile(mark, 'utf8')).trim();
    });
  }

  removeUnfinished(olderThan: Date): Promise<number> {
    return this.call(() => this.unfinished.removeOlder(olderThan));
  }

  check(): Promise<void> {
    return this.call(async () => {
      await this.prepare();
      await access(blobsFolder(this.root), constants.W_OK);
    });
  }

  /** Removes this process's folder of unfinished uploads. */
  async close(): Promise<void> {
    this.shards.close();
    await this.unfinished.end();
  }

  /** Makes the folders and removes what a killed process of this host has left unfinished; once it has worked. */
  prepare(): Promise<void> {
    this.preparing ??= onStorage(() => this.prepareOnce()).catch((error: unknown) => {
      this.preparing = null;
      throw error;
    });
    return this.preparing;
  }

  private async prepareOnce(): Promise<void> {
    const isThere = (await stat(blobsFolder(this.root)).catch(nullIfMissing)) !== null;
    if (isThere || (await this.mayMake())) {
      await mkdir(blobsFolder(this.root), { recursive: true, mode: 0o700 });
      await mkdir(unfinishedFolder(this.root), { recursive: true, mode: 0o700 });
      await syncFolder(this.root);
      await syncFolder(dirname(this.root));
    }
    await stat(blobsFolder(this.root));
    await this.unfinished.begin();
  }

  private readonly name = async (unfinished: string, key: BlobKey): Promise<void> => {
    const folder = shardFolder(this.root, key);
    try {
      await this.shards.ensure(folder);
      await rename(unfinished, join(folder, blobName(key)));
      await this.shards.sync(folder);
    } catch (error) {
      this.shards.forget();
      throw error;
    }
  };

  /** One file is missing, or all of the storage is away. */
  private async missing(error: unknown): Promise<never> {
    if (!isMissing(error)) throw error;
    await stat(blobsFolder(this.root)).catch((away: unknown) => {
      throw storageUnavailable(new StorageFault('no-bucket', away));
    });
    throw recordingMissing(error);
  }

  /** Names in a folder; nothing when it is gone by now or is a file that somebody put there. */
  private async *entries(folder: string): AsyncIterable<string> {
    const opened = await this.call(() => opendir(folder).catch(nullIfMissing));
    for await (const { name } of opened ?? []) yield name;
  }

  private call<T>(work: () => Promise<T>): Promise<T> {
    return onStorage(() => this.through(work));
  }
}
