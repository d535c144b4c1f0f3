import type { FileHandle } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { writePiece } from '@aftertone/platform';
import type { ByteRange } from './blob-store.ts';
import { Pieces } from './pieces.ts';
import { storageError, storageUnavailable } from './storage-errors.ts';

/** What one reader holds, however slow it is. */
const readAheadBytes = 64 * 1024;

/** Who takes longer for a piece is slow, in milliseconds. */
const slowMs = 250;

const pieces = new Pieces();

/** Runs each call on the file: a `Bulkhead`'s, or at once. */
export type Through = <T>(call: () => Promise<T>) => Promise<T>;

/** The bytes of an open file, never more than a piece ahead of who reads. Closes the file with itself. */
export class FileStream extends Readable {
  private readonly file: FileHandle;
  private readonly through: Through;
  private at: number;
  private readonly end: number;

  constructor(file: FileHandle, through: Through, range?: ByteRange) {
    super({ highWaterMark: readAheadBytes });
    this.file = file;
    this.through = through;
    this.at = range?.start ?? 0;
    this.end = range === undefined ? Number.MAX_SAFE_INTEGER : range.end + 1;
  }

  override _read(): void {
    const wanted = Math.min(readAheadBytes, this.end - this.at);
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

  /**
   * Writes so many bytes to `out` and ends it, and closes the file. Does without a buffer for each piece, so that an answer
   * costs a third of what piping it does. What cannot become whole is broken off.
   *
   * @param out reads what it is given until it calls back, and no longer: a socket, or an answer over one
   * @throws DomainError `storage-unavailable`; that the listener has left is none
   */
  async sendTo(out: Writable, bytes: number): Promise<void> {
    try {
      let isSlow = false;
      for (let left = bytes; left > 0; ) {
        const piece = pieces.take(left, isSlow);
        let isUsed = false;
        try {
          const read = await this.readInto(piece, left);
          left -= read;
          const since = performance.now();
          isUsed = !(await writePiece(out, piece.subarray(0, read), left === 0));
          if (isUsed) return;
          isSlow = performance.now() - since > slowMs;
        } finally {
          pieces.giveBack(piece, isUsed);
        }
      }
    } catch (error) {
      out.destroy();
      throw storageError(error);
    } finally {
      this.destroy();
    }
  }

  private async readInto(piece: Buffer, most: number): Promise<number> {
    const wanted = Math.min(piece.length, most);
    const { bytesRead } = await this.through(() => this.file.read(piece, 0, wanted, this.at));
    if (bytesRead === 0) throw storageUnavailable(new Error('the file is shorter than its recording'));
    this.at += bytesRead;
    return bytesRead;
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.file.close().then(
      () => done(error),
      () => done(error),
    );
  }
}
