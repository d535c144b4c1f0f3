import { access, constants, mkdir, open, opendir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { BlobKey, BlobStore, BlobWriter, ByteRange, StoredBlob } from './blob-store.ts';
import { DurableFolders, syncFolder } from './durable-folders.ts';
import { LocalBlobWriter } from './local-blob-writer.ts';
import { blobFile, blobFolders, blobsFolder, parseBlobFile, unfinishedFolder } from './local-layout.ts';
import { nullIfMissing, onStorage } from './storage-errors.ts';
import { UnfinishedUploads } from './unfinished-uploads.ts';

/**
 * Blobs in a folder, which several processes may share when its file system does what POSIX says about `rename` and
 * `fsync`. Made by `openLocalBlobStore`.
 */
export class LocalBlobStore implements BlobStore {
  private readonly folders = new DurableFolders();
  private readonly root: string;
  private readonly unfinished: UnfinishedUploads;

  constructor(root: string) {
    this.root = root;
    this.unfinished = new UnfinishedUploads(unfinishedFolder(root));
  }

  /** Makes the folders and removes what a killed process of this host has left unfinished. */
  prepare(): Promise<void> {
    return onStorage(async () => {
      await mkdir(blobsFolder(this.root), { recursive: true, mode: 0o700 });
      await syncFolder(dirname(this.root));
      await this.unfinished.begin();
    });
  }

  begin(): Promise<BlobWriter> {
    return onStorage(async () =>
      LocalBlobWriter.begin(await this.unfinished.nextFile(), async (key) => {
        const chain = blobFolders(this.root, key);
        await this.folders.ensure(chain, this.root);
        return { folder: chain.at(-1) ?? this.root, file: blobFile(this.root, key) };
      }),
    );
  }

  open(key: BlobKey, range?: ByteRange): Promise<Readable> {
    return onStorage(async () => {
      // Opened here and not by the stream, so that a missing file is known before an answer has begun.
      const handle = await open(blobFile(this.root, key), 'r');
      return handle.createReadStream({ ...range, highWaterMark: 64 * 1024 });
    });
  }

  delete(key: BlobKey): Promise<void> {
    return onStorage(() => rm(blobFile(this.root, key), { force: true }));
  }

  async *list(): AsyncIterable<StoredBlob> {
    for await (const tenant of entries(blobsFolder(this.root))) {
      for await (const shard of entries(join(blobsFolder(this.root), tenant))) {
        const folder = join(blobsFolder(this.root), tenant, shard);
        for await (const file of entries(folder)) {
          const key = parseBlobFile(tenant, file);
          const facts = key === null ? null : await statOrNull(join(folder, file));
          if (key !== null && facts !== null) yield { key, storedAt: facts.mtime };
        }
      }
    }
  }

  removeUnfinished(olderThan: Date): Promise<number> {
    return onStorage(() => this.unfinished.removeOlder(olderThan));
  }

  check(): Promise<void> {
    return onStorage(() => access(blobsFolder(this.root), constants.W_OK));
  }

  /** Removes this process's folder of unfinished uploads. */
  async close(): Promise<void> {
    await this.unfinished.end();
  }
}

/** Names in a folder; nothing when it is gone by now or is a file that somebody put there. */
async function* entries(folder: string): AsyncIterable<string> {
  const opened = await onStorage(() => opendir(folder).catch(nullIfMissing));
  for await (const { name } of opened ?? []) yield name;
}

const statOrNull = (file: string) => onStorage(() => stat(file).catch(nullIfMissing));

/** @param root made when missing; must be on one file system. */
export const openLocalBlobStore = async (root: string): Promise<LocalBlobStore> => {
  const store = new LocalBlobStore(root);
  await store.prepare();
  return store;
};
