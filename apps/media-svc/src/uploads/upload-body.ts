import type { LocalBlobWriter } from '../blobs/local-blob-writer.ts';
import type { Body } from '../storages/recordings.ts';
import type { UploadMemory } from './upload-memory.ts';

/**
 * What of an upload has come: a short one in memory, so that the first file it touches is the one it stays in; one that
 * grows long, or for which there is no memory left, in a file.
 */
export class UploadBody {
  /** How much has come. */
  bytes = 0;
  private readonly memory: UploadMemory;
  private readonly begin: () => Promise<LocalBlobWriter>;
  private chunks: Buffer[] = [];
  private held = 0;
  private written: LocalBlobWriter | null = null;

  /** @param begin makes the file */
  constructor(memory: UploadMemory, begin: () => Promise<LocalBlobWriter>) {
    this.memory = memory;
    this.begin = begin;
  }

  /** Resolves when more can be taken. Null: at once. */
  add(chunk: Buffer): Promise<void> | null {
    this.bytes += chunk.length;
    if (this.written !== null) return this.written.write([chunk]);
    this.chunks.push(chunk);
    if (this.bytes <= this.memory.each && this.memory.take(chunk.length)) {
      this.held += chunk.length;
      return null;
    }
    return this.spill();
  }

  whole(): Body {
    const { bytes, chunks, written } = this;
    return { content: written === null ? { bytes, read: () => chunks } : written.content(bytes), written };
  }

  /** Some of what has come, from byte `at` on, which has come. */
  async pieceAt(at: number): Promise<Buffer> {
    if (this.written !== null) return this.written.read(at);
    let from = at;
    for (const chunk of this.chunks) {
      if (from < chunk.length) return chunk.subarray(from);
      from -= chunk.length;
    }
    throw new Error(`byte ${at} has not come`);
  }

  /** Lets go of memory and file; a file that was kept by then stays. */
  async end(): Promise<void> {
    this.release();
    await this.written?.discard();
  }

  private async spill(): Promise<void> {
    const written = await this.begin();
    // What is in memory stays readable until it is in the file.
    await written.write(this.chunks).catch(async (error: unknown) => {
      await written.discard().catch(() => undefined);
      throw error;
    });
    this.written = written;
    this.release();
  }

  private release(): void {
    this.memory.give(this.held);
    this.held = 0;
    this.chunks = [];
  }
}
