import { type FileHandle, open, rm } from 'node:fs/promises';
import { noteBuffers } from '../memory/young-garbage.ts';
import type { BlobContent, BlobKey } from './blob-store.ts';
import { onStorage } from './storage-errors.ts';

/** What is read at a time of what is written. */
const readBytes = 64 * 1024;

/** Names a finished file and makes its name durable. */
export type Naming = (unfinished: string, key: BlobKey) => Promise<void>;

/** Writes to a file of the same file system, and gives it its name when everything in it is on the disk. */
export class LocalBlobWriter {
  private handle: FileHandle | null;
  private readonly unfinished: string;
  private readonly name: Naming;

  private constructor(handle: FileHandle, unfinished: string, name: Naming) {
    this.handle = handle;
    this.unfinished = unfinished;
    this.name = name;
  }

  static async begin(unfinished: string, name: Naming): Promise<LocalBlobWriter> {
    return new LocalBlobWriter(await open(unfinished, 'wx+', 0o600), unfinished, name);
  }

  /** Resolves when more can be taken. */
  write(chunks: readonly Buffer[]): Promise<void> {
    return onStorage(async () => {
      const { bytesWritten } = await this.openHandle().writev(chunks);
      let written = bytesWritten;
      // A full disk may take a part and refuse the rest only at the next try.
      for (const chunk of chunks) {
        let at = Math.min(written, chunk.length);
        written -= at;
        while (at < chunk.length) at += (await this.openHandle().write(chunk, at)).bytesWritten;
      }
    });
  }

  /** Some of what was written, from byte `at` on. Whoever ends this waits until it is read. */
  read(at: number): Promise<Buffer> {
    return onStorage(async () => {
      const piece = Buffer.allocUnsafeSlow(readBytes);
      const { bytesRead } = await this.openHandle().read(piece, 0, readBytes, at);
      if (bytesRead === 0) throw new Error(`byte ${at} was not written`);
      noteBuffers(readBytes);
      return piece.subarray(0, bytesRead);
    });
  }

  /** What was written so far, as often as it is asked for; `write`, `commit` and `discard` wait until it is read. */
  content(bytes: number): BlobContent {
    const handle = this.openHandle();
    return {
      bytes,
      read: () => handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 256 * 1024 }),
    };
  }

  /** Resolves when the blob would survive a power cut under this name. */
  commit(key: BlobKey): Promise<void> {
    return onStorage(async () => {
      await this.openHandle().datasync();
      await this.close();
      await this.name(this.unfinished, key);
    });
  }

  /** Removes what was written. Safe to call at any time, also after a failure; nothing happens after `commit`. */
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
