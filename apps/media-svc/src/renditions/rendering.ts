import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { DomainError, unavailable } from '@aftertone/kernel';
import type { ConversionOrder } from '../audio/conversion/conversion-messages.ts';
import type { Conversions } from '../audio/conversion/conversions.ts';
import { audioBusy, noRoomToConvert } from '../audio/refusals.ts';
import type { BlobContent, ByteRange } from '../blobs/blob-store.ts';
import { conversionsStarted } from '../metrics.ts';
import { UploadBody } from '../uploads/upload-body.ts';

/** Opens a part of what was kept. */
export type Reopen = (range: ByteRange) => Promise<Readable>;

/** What is made of a recording. */
export interface RenderingOrder {
  mediaId: string;
  conversion: ConversionOrder;
  /** The stored file. */
  open(): Promise<Readable>;
  /** Null where it was not kept: it is there for those who listen to it now, and for nobody after them. */
  keep(content: BlobContent, sha256: string): Promise<Reopen | null>;
}

const heldTooLong = () => unavailable('conversion-timeout', 'What was converted could not be held any longer.');

export interface RenderingParts {
  conversions: Conversions;
  /** Where it goes while it is made. */
  begin(): UploadBody;
  /** Aborted when the process ends. */
  ending: AbortSignal;
  /** How long it stays for its listeners when it is made and not kept. */
  lingerMs: number;
}

/**
 * A recording that is being converted: as fast as it can be, into memory or a file, for all who want the same of it. Each of
 * them follows at a pace of its own, nobody holds it up, and it comes to its end when nobody listens any more. Only a turn
 * is not waited for where nobody waits for what comes of it.
 */
export class Rendering {
  private readonly order: RenderingOrder;
  private readonly parts: RenderingParts;
  private readonly body: UploadBody;
  private readonly abandoned = new AbortController();
  private listeners = 0;
  private inLine = true;
  private isLetGo = false;
  private made = 0;
  private failure: Error | null = null;
  private reopen: Reopen | null = null;
  private change = Promise.withResolvers<void>();

  constructor(order: RenderingOrder, parts: RenderingParts) {
    this.order = order;
    this.parts = parts;
    this.body = parts.begin();
  }

  /** Whether whoever joins it now gets it, or hears why not: else everybody had left, and it has to be made anew. */
  get canBeJoined(): boolean {
    return !this.abandoned.signal.aborted && !this.isLetGo;
  }

  /** It had its turn, whatever came of it. */
  get hasBegun(): boolean {
    return !this.inLine;
  }

  /** Converts, keeps, and holds what was not kept as long as somebody listens. @throws why it was not made */
  async run(): Promise<void> {
    try {
      const sha256 = await this.convert();
      this.reopen = await this.order.keep(this.body.whole().content, sha256);
      if (this.reopen === null) await this.allHaveLeft();
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      this.changed();
      await this.body.end().catch(() => undefined);
    }
  }

  /** Who joins leaves once. */
  join(): void {
    this.listeners += 1;
  }

  leave(): void {
    this.listeners -= 1;
    if (this.listeners === 0 && this.inLine) this.abandoned.abort(audioBusy());
    this.changed();
  }

  /** Resolves when the byte at `at` can be read. @throws why it will not be made */
  async reaches(at: number): Promise<void> {
    while (this.made <= at || this.failure !== null) {
      if (this.failure !== null) throw this.failure;
      await this.change.promise;
    }
  }

  /** A part of it, which may still be to be made. */
  read(range: ByteRange): Readable {
    return Readable.from(this.follow(range), { objectMode: false });
  }

  private async *follow({ start, end }: ByteRange): AsyncGenerator<Buffer> {
    for (let at = start; at <= end; ) {
      await this.reaches(at);
      if (this.reopen !== null) {
        yield* await this.reopen({ start: at, end });
        return;
      }
      const piece = (await this.body.pieceAt(at)).subarray(0, end + 1 - at);
      at += piece.length;
      yield piece;
    }
  }

  /** @returns its hash */
  private async convert(): Promise<string> {
    const { conversions, ending } = this.parts;
    const { conversion, open } = this.order;
    const release = await conversions.take(conversion, AbortSignal.any([this.abandoned.signal, ending]));
    const hash = createHash('sha256');
    try {
      // Everybody may have left in the moment when its turn came.
      this.abandoned.signal.throwIfAborted();
      this.inLine = false;
      conversionsStarted.inc();
      for await (const piece of conversions.convert(open, conversion, ending)) {
        hash.update(piece);
        await Promise.resolve(this.body.add(piece)).catch((error: unknown) => {
          throw error instanceof DomainError ? noRoomToConvert(error) : error;
        });
        this.made += piece.length;
        this.changed();
      }
    } finally {
      release();
    }
    return hash.digest('hex');
  }

  private async allHaveLeft(): Promise<void> {
    const late = AbortSignal.any([this.parts.ending, AbortSignal.timeout(this.parts.lingerMs)]);
    late.addEventListener('abort', () => this.changed(), { once: true });
    while (this.listeners > 0 && !late.aborted) await this.change.promise;
    this.isLetGo = true;
    if (this.listeners > 0) this.failure = heldTooLong();
  }

  private changed(): void {
    this.change.resolve();
    this.change = Promise.withResolvers();
  }
}
