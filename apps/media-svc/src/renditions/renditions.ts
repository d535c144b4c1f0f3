import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Log } from '@aftertone/messaging';
import type { BlobKey, ByteRange } from '../blobs/blob-store.ts';
import type { Ground } from '../ground/ground.ts';
import type { Home } from '../media/catalogue/home.ts';
import { renditionsKept } from '../metrics.ts';
import { UploadBody } from '../uploads/upload-body.ts';
import type { UploadMemory } from '../uploads/upload-memory.ts';
import { findRendition, type KeptRendition, RenditionsTable } from './renditions.table.ts';

export interface RenditionsOptions {
  ground: Pick<Ground, 'store' | 'reads' | 'recordings'>;
  /** For those that are being made. */
  memory: UploadMemory;
  log: Pick<Log, 'warn'>;
}

/** A recording in another format, about to be made or made already. */
export interface Wanted {
  key: BlobKey;
  /** Of the recording: what is made of it is kept beside it. */
  home: Home;
  /** Format with everything that it is made by. */
  rendition: string;
  bytes: number;
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

  /** Null when it has not been made yet, or cannot be had just now. */
  async find({ key, rendition }: Wanted): Promise<KeptRendition | null> {
    return findRendition(this.options.ground.reads, key, rendition);
  }

  /** Null when it cannot be had: then it is made again. */
  async open({ key }: Wanted, kept: KeptRendition, range: ByteRange): Promise<Readable | null> {
    const { storages } = this.options.ground.recordings;
    if (!storages.has(kept.storage)) return null;
    const { patient } = storages.named(kept.storage);
    return patient.open({ ...key, sha256: kept.sha256 }, range).catch(() => null);
  }

  /** Passes a conversion on, and keeps it once all of it has come. */
  async *keeping(wanted: Wanted, converted: Readable): AsyncGenerator<Buffer> {
    const { ground, memory } = this.options;
    const body = new UploadBody(memory, () => ground.recordings.spool.begin());
    const hash = createHash('sha256');
    let holds = true;
    try {
      for await (const piece of converted) {
        hash.update(piece);
        // A disk without room is no reason to stop playing.
        holds &&= await Promise.resolve(body.add(piece)).then(...holdingOrNot);
        yield piece;
      }
      if (holds && body.bytes === wanted.bytes) await this.keep(wanted, body, hash);
    } finally {
      await body.end().catch(() => undefined);
    }
  }

  private async keep(wanted: Wanted, body: UploadBody, hash: Hash): Promise<void> {
    const { ground, log } = this.options;
    const { key, rendition, home } = wanted;
    const kept: KeptRendition = { sha256: hash.digest('hex'), storage: home.storage };
    try {
      const { patient } = ground.recordings.storages.named(home.storage);
      const blob = { ...key, sha256: kept.sha256 };
      await patient.put(blob, body.whole().content);
      const isKept = await new RenditionsTable(ground.store.pool).add(key, rendition, kept);
      if (!isKept) await patient.delete(blob);
      else renditionsKept.inc();
    } catch (error) {
      log.warn({ err: error, mediaId: key.mediaId }, 'a converted recording was not kept; it is made again');
    }
  }
}

const holdingOrNot = [() => true, () => false] as const;
