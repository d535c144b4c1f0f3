import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { BlobKey, BlobWriter } from './blob-store.ts';
import { syncFolder } from './durable-folders.ts';
import { onStorage } from './storage-errors.ts';

/** Where a finished blob goes: makes the folder durable and names the file. */
export type Destination = (key: BlobKey) => Promise<{ folder: string; file: string }>;

/** Writes to a file of the same file system, and gives it its name when everything in it is on the disk. */
export class LocalBlobWriter implements BlobWriter {
  private handle: FileHandle | null;
  private readonly unfinished: string;
  private readonly destination: Destination;

  private constructor(handle: FileHandle, unfinished: string, destination: Destination) {
    this.handle = handle;
    this.unfinished = unfinished;
    this.destination = destination;
  }

  static async begin(unfinished: string, destination: Destination): Promise<LocalBlobWriter> {
    return new LocalBlobWriter(await open(unfinished, 'wx', 0o600), unfinished, destination);
  }

  write(chunk: Buffer): Promise<void> {
    return onStorage(async () => {
      let written = 0;
      // A full disk may take a part and refuse the rest only at the next try.
      while (written < chunk.length) {
        written += (await this.openHandle().write(chunk, written)).bytesWritten;
      }
    });
  }

  commit(key: BlobKey): Promise<void> {
    return onStorage(async () => {
      await this.openHandle().sync();
      await this.close();
      const { folder, file } = await this.destination(key);
      await rename(this.unfinished, file);
      await syncFolder(folder);
    });
  }

  discard(): Promise<void> {
    return onStorage(async () => {
      await this.close();
      await rm(this.unfinished, { force: true });
    });
  }

  private openHandle(): FileHandle {
    if (this.handle === null) throw new Error('this upload has ended');
    return this.handle;
  }

  private async close(): Promise<void> {
    const { handle } = this;
    this.handle = null;
    await handle?.close();
  }
}
