import { Readable } from 'node:stream';
import { DomainError } from '@aftertone/kernel';
import { StorageFault } from '../storage-fault.ts';

/** Asks for the bytes from an offset on. */
export type Reopen = (offset: number) => Promise<Readable>;

export interface ResumedOptions {
  /** Already answering, from `start` on. */
  first: Readable;
  start: number;
  /** Behind the last byte. */
  end: number;
  reopen: Reopen;
  /** A storage of which nothing comes for so long is asked again. */
  idleMs?: number;
}

/** In a row that bring nothing. */
const attempts = 3;
const usualIdleMs = 10_000;

/** What an SDK's stream says after it was given up is nobody's. */
const nobody = (): void => undefined;

/**
 * Reads an object to its end although connections break: one that was cut, or fell silent while somebody waited, is
 * asked for again from where it stood. A listener that pauses for minutes costs a connection at most, not the rest.
 *
 * Fails with a `StorageFault`, or as asking again fails, when nothing more comes.
 */
export class ResumedStream extends Readable {
  private readonly end: number;
  private readonly reopen: Reopen;
  private readonly idleMs: number;
  /** Null while it is asked for again, and after it broke while nobody waited. */
  private source: Readable | null;
  private at: number;
  private failed = 0;
  private idle: NodeJS.Timeout | undefined;
  private isWaiting = false;
  private isAsking = false;

  constructor({ first, start, end, reopen, idleMs = usualIdleMs }: ResumedOptions) {
    super({ highWaterMark: 65_536 });
    this.end = end;
    this.reopen = reopen;
    this.idleMs = idleMs;
    this.at = start;
    this.source = this.attach(first);
  }

  override _read(): void {
    this.isWaiting = true;
    if (this.at >= this.end) this.push(null);
    else if (this.source !== null) this.awaitPiece(this.source);
    else if (!this.isAsking) this.ask();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.idle);
    this.source?.destroy();
    done(error);
  }

  private awaitPiece(source: Readable): void {
    this.idle ??= setTimeout(() => {
      this.broke(source, new StorageFault('slow', new Error(`nothing came for ${this.idleMs} ms`)));
    }, this.idleMs);
    source.resume();
  }

  private attach(source: Readable): Readable {
    source.pause();
    source.on('data', (piece: Buffer) => this.took(source, piece));
    source.on('error', (error: unknown) => this.broke(source, error));
    source.on('close', () => this.broke(source, new Error(`it ended at byte ${this.at} of ${this.end}`)));
    return source;
  }

  private took(source: Readable, piece: Buffer): void {
    if (source !== this.source || this.destroyed) return;
    this.failed = 0;
    this.at += piece.length;
    clearTimeout(this.idle);
    this.idle = undefined;
    this.isWaiting = this.push(piece);
    if (this.at >= this.end) this.push(null);
    else if (this.isWaiting) this.awaitPiece(source);
    else source.pause();
  }

  /** It cannot go on: asked for again at once where somebody waits, else when somebody does. */
  private broke(source: Readable, error: unknown): void {
    if (source !== this.source || this.destroyed || this.at >= this.end) return;
    clearTimeout(this.idle);
    this.idle = undefined;
    this.source = null;
    // What it says from now on is heard where it was attached, and is nobody's.
    source.destroy();
    if (this.isWaiting) this.askAfter(error);
  }

  private askAfter(error: unknown): void {
    this.failed += 1;
    if (this.failed < attempts) this.ask();
    else this.destroy(error instanceof Error && isNamed(error) ? error : new StorageFault('failing', error));
  }

  private ask(): void {
    this.isAsking = true;
    this.reopen(this.at).then(
      (source) => this.goOn(source),
      (error: unknown) => {
        this.isAsking = false;
        if (!this.destroyed) this.askAfter(error);
      },
    );
  }

  private goOn(source: Readable): void {
    this.isAsking = false;
    if (this.destroyed) {
      source.on('error', nobody).destroy();
      return;
    }
    this.source = this.attach(source);
    if (this.isWaiting) this.awaitPiece(source);
  }
}

const isNamed = (error: Error): boolean => error instanceof StorageFault || error instanceof DomainError;
