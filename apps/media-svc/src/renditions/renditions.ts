import type { Readable } from 'node:stream';
import type { Log } from '@aftertone/messaging';
import type { BlobContent, BlobKey, ByteRange } from '../blobs/blob-store.ts';
import type { Ground } from '../ground/ground.ts';
import type { Home } from '../media/catalogue/home.ts';
import { renditionsKept } from '../metrics.ts';
import { findRendition, type KeptRendition, RenditionsTable } from './renditions.table.ts';

export interface RenditionsOptions {
  ground: Pick<Ground, 'store' | 'reads' | 'recordings'>;
  log: Pick<Log, 'warn'>;
}

/** A recording in another format, about to be made or made already. */
export interface Wanted {
  key: BlobKey;
  /** Of the recording: what is made of it is kept beside it. */
  home: Home;
  /** Format with everything that it is made by. */
  rendition: string;
}

/**
 * Keeps what recordings are converted into, so that each conversion is made once. All of it can be made again: a storage
 * that is away, full or slow costs a conversion and nothing else.
 */
export class Renditions {
  private readonly options: RenditionsOptions;

  constructor(options: RenditionsOptions) {
    this.options = options;
  }

  /** A part of what was kept. Null when it has not been made yet, was damaged, or cannot be had just now: then it is made again. */
  async find({ key, rendition }: Wanted, range: ByteRange): Promise<Readable | null> {
    const kept = await findRendition(this.options.ground.reads, key, rendition);
    return kept === null ? null : this.open(key, kept, range).catch(() => null);
  }

  /** @throws DomainError `storage-unavailable`, `recording-missing` */
  async open(key: BlobKey, { storage, sha256 }: KeptRendition, range: ByteRange): Promise<Readable> {
    return this.options.ground.recordings.storages.named(storage).patient.open({ ...key, sha256 }, range);
  }

  /** @returns where; null when it was not kept */
  async keep({ key, home, rendition }: Wanted, content: BlobContent, sha256: string): Promise<KeptRendition | null> {
    const { ground, log } = this.options;
    const kept: KeptRendition = { sha256, storage: home.storage };
    try {
      const { patient } = ground.recordings.storages.named(home.storage);
      const blob = { ...key, sha256 };
      await patient.put(blob, content);
      const isKept = await new RenditionsTable(ground.store.pool).add(key, rendition, kept);
      if (isKept) {
        renditionsKept.inc();
        return kept;
      }
      await patient.delete(blob);
    } catch (error) {
      log.warn({ err: error, mediaId: key.mediaId }, 'a converted recording was not kept; it is made again');
    }
    return null;
  }
}
