import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ByteRange } from './blob-store.ts';
import { storageError } from './storage-errors.ts';

/** What one reader holds, however slow it is. */
const pieceBytes = 64 * 1024;

/** Runs each call on the file: a `Bulkhead`'s, or at once. */
export type Through = <T>(call: () => Promise<T>) => Promise<T>;

/** The bytes of an open file, never more than a piece ahead of who reads. Closes the file with itself. */
export class FileStream extends Readable {
  private readonly file: FileHandle;
  private readonly through: Through;
  private at: number;
  private readonly end: number;

  constructor(file: FileHandle, through: Through, range?: ByteRange) {
    super({ highWaterMark: pieceBytes });
    this.file = file;
    this.through = through;
    this.at = range?.start ?? 0;
    this.end = range === undefined ? Number.MAX_SAFE_INTEGER : range.end + 1;
  }

  override _read(): void {
    const wanted = Math.min(pieceBytes, this.end - this.at);
    if (wanted <= 0) {
      this.push(null);
      return;
    }
    const piece = Buffer.allocUnsafeSlow(wanted);
    this.through(() => this.file.read(piece, 0, wanted, this.at)).then(
      ({ bytesRead }) => {
        this.at += bytesRead;
        this.push(bytesRead === 0 ? null : piece.subarray(0, bytesRead));
      },
      (error: unknown) => this.destroy(storageError(error)),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.file.close().then(
      () => done(error),
      () => done(error),
    );
  }
}
