import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { isId } from '@aftertone/kernel';
import type { BlobContent, BlobKey, ByteRange, StoredBlob } from '../blobs/blob-store.ts';
import { LocalBlobStore } from '../blobs/local-blob-store.ts';
import type { LocalBlobWriter } from '../blobs/local-blob-writer.ts';
import { syncFolder } from '../blobs/shard-folders.ts';
import { isMissing, onStorage, storageFull } from '../blobs/storage-errors.ts';

export interface SpoolOptions {
  /** Folder on a persistent volume of this replica alone. */
  path: string;
  /** What may lie in it. */
  maxBytes: number;
}

interface Entry {
  bytes: number;
  /** Milliseconds since 1970. */
  since: number;
}

const nameOf = ({ tenantId, mediaId, sha256 }: BlobKey): string => `${tenantId}/${mediaId}.${sha256}`;

/** What lies in a spool, as often as it is read. */
export const spooledContent = (spool: Spool, key: BlobKey): BlobContent => ({
  bytes: spool.sizeOf(key),
  read: () => lazily(() => spool.open(key)),
});

async function* lazily(open: () => Promise<Readable>): AsyncGenerator<Buffer> {
  for await (const piece of await open()) yield piece;
}

/** Where this replica keeps, as safely as the storage would, what the storage has not taken yet. */
export class Spool {
  private readonly store: LocalBlobStore;
  private readonly options: SpoolOptions;
  private readonly entries = new Map<string, Entry>();
  private used = 0;
  private identity: Promise<string> | null = null;

  constructor(options: SpoolOptions) {
    this.options = options;
    this.store = new LocalBlobStore({ root: options.path, mayMake: async () => true });
  }

  /**
   * Who this replica is: a name that lies in the spool, so that what lies beside it goes on being this replica's, under
   * whatever name and address its process starts again.
   */
  replicaId(): Promise<string> {
    this.identity ??= onStorage(() => this.identify()).catch((error: unknown) => {
      this.identity = null;
      throw error;
    });
    return this.identity;
  }

  get bytes(): number {
    return this.used;
  }

  get count(): number {
    return this.entries.size;
  }

  /** How long the oldest recording has been here, in milliseconds; 0 when there is none. */
  oldestAgeMs(now = Date.now()): number {
    let oldest = now;
    for (const { since } of this.entries.values()) oldest = Math.min(oldest, since);
    return now - oldest;
  }

  /** A file for an upload that does not fit into memory. */
  begin(): Promise<LocalBlobWriter> {
    return this.store.begin();
  }

  /**
   * Resolves when the recording would survive a power cut.
   * @param written the same recording in a file of `begin`, when there is one
   * @throws DomainError `storage-full`, `storage-unavailable`; nothing stays
   */
  async keep(key: BlobKey, content: BlobContent, written: LocalBlobWriter | null): Promise<void> {
    if (this.used + content.bytes > this.options.maxBytes) throw storageFull();
    this.note(key, content.bytes, Date.now());
    try {
      if (written === null) await this.store.put(key, content);
      else await written.commit(key);
    } catch (error) {
      this.forget(key);
      throw error;
    }
  }

  open(key: BlobKey, range?: ByteRange): Promise<Readable> {
    return this.store.open(key, range);
  }

  /** Bytes of a recording that is here. */
  sizeOf(key: BlobKey): number {
    return this.entries.get(nameOf(key))?.bytes ?? 0;
  }

  has(key: BlobKey): Promise<boolean> {
    return this.store.has(key);
  }

  async delete(key: BlobKey): Promise<void> {
    await this.store.delete(key);
    this.forget(key);
  }

  /** What lies here, found by looking; what was found counts from now on. */
  async *list(): AsyncIterable<StoredBlob> {
    for await (const blob of this.store.list()) {
      if (!this.entries.has(nameOf(blob.key))) this.note(blob.key, blob.bytes, blob.storedAt.getTime());
      yield blob;
    }
  }

  /** Resolves when the spool could take a recording now. */
  async check(): Promise<void> {
    await this.store.check();
    if (this.used >= this.options.maxBytes) throw storageFull();
  }

  removeUnfinished(olderThan: Date): Promise<number> {
    return this.store.removeUnfinished(olderThan);
  }

  close(): Promise<void> {
    return this.store.close();
  }

  private note(key: BlobKey, bytes: number, since: number): void {
    this.forget(key);
    this.entries.set(nameOf(key), { bytes, since });
    this.used += bytes;
  }

  private forget(key: BlobKey): void {
    const entry = this.entries.get(nameOf(key));
    if (entry === undefined) return;
    this.entries.delete(nameOf(key));
    this.used -= entry.bytes;
  }

  private async identify(): Promise<string> {
    await this.store.prepare();
    const file = join(this.options.path, 'replica');
    const known = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '';
      throw error;
    });
    if (isId(known.trim())) return known.trim();
    const id = randomUUID();
    await writeFile(`${file}.new`, `${id}\n`, { flush: true });
    await rename(`${file}.new`, file);
    await syncFolder(this.options.path);
    return id;
  }
}
