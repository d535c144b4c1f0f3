import type { Readable } from 'node:stream';
import { DomainError } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import type { BlobContent, BlobKey, BlobStore, ByteRange, SignedAnswer } from '../blobs/blob-store.ts';
import { isMissing, recordingMissingCode, storageUnavailable } from '../blobs/storage-errors.ts';
import { type FaultReason, StorageFault } from '../blobs/storage-fault.ts';
import { storageBroken, storageFailures } from '../metrics.ts';
import { Circuit } from './circuit.ts';

/** On top of the patience, by the size of what is written: a slow storage still answers. */
const bytesPerMs = 10_000;

/** For who has time: nobody waits for it, and a storage that is slow for all of a large recording still takes it. */
const unhurried = { ms: 60_000, bytesPerMs: 50 };

const late = Symbol('late');

export interface PatientOptions {
  name: string;
  store: BlobStore;
  /** How long an answer may take. */
  patienceMs: number;
  log: Pick<Log, 'info' | 'warn'>;
}

/**
 * A storage with an end to all waiting: who does not answer in time counts as unavailable, and is spared for some
 * seconds. Reading and writing are spared apart, since a storage may be full or read-only and still be heard from.
 */
export class PatientStorage {
  private readonly options: PatientOptions;
  private readonly writing = new Circuit();
  private readonly reading = new Circuit();

  constructor(options: PatientOptions) {
    this.options = options;
    storageBroken.set({ storage: options.name }, 0);
  }

  /** False while it is known not to take recordings. */
  get takes(): boolean {
    return !this.writing.broken;
  }

  /** @throws DomainError `storage-unavailable`, `storage-full` */
  put(key: BlobKey, content: BlobContent): Promise<void> {
    return this.putWithin(this.options.patienceMs + content.bytes / bytesPerMs, key, content);
  }

  /** The same for a recording that waits in a spool. */
  putInTime(key: BlobKey, content: BlobContent): Promise<void> {
    return this.putWithin(unhurried.ms + content.bytes / unhurried.bytesPerMs, key, content);
  }

  private async putWithin(limitMs: number, key: BlobKey, content: BlobContent): Promise<void> {
    if (!this.writing.mayTry()) throw storageUnavailable();
    const giveUp = new AbortController();
    try {
      await this.inTime(this.options.store.put(key, content, giveUp.signal), limitMs);
      this.tookIt();
    } catch (error) {
      giveUp.abort(storageUnavailable());
      this.tookNot(error);
      throw error;
    }
  }

  open(key: BlobKey, range?: ByteRange): Promise<Readable> {
    const opening = (): Promise<Readable> => this.options.store.open(key, range);
    return this.read(opening, (stream) => stream.destroy());
  }

  /** Null when the storage cannot say, or not in time: then its bytes go through us. */
  async signedUrl(key: BlobKey, answer: SignedAnswer): Promise<string | null> {
    try {
      return await this.inTime(this.options.store.signedUrl(key, answer));
    } catch (error) {
      this.options.log.warn({ storage: this.options.name, err: error }, 'no signed URL');
      return null;
    }
  }

  has(key: BlobKey): Promise<boolean> {
    return this.read(() => this.options.store.has(key));
  }

  delete(key: BlobKey): Promise<void> {
    return this.inTime(this.options.store.delete(key));
  }

  async check(): Promise<void> {
    await this.inTime(this.options.store.check());
  }

  /** For who has nothing to write: whether it is back. */
  async tryAgain(): Promise<void> {
    if (this.takes || !this.writing.mayTry()) return;
    await this.check().then(
      () => this.tookIt(),
      (error: unknown) => this.tookNot(error),
    );
  }

  private tookIt(): void {
    const { name, log } = this.options;
    if (this.writing.broken) log.info({ storage: name }, 'the storage takes recordings again');
    this.writing.succeeded();
    storageBroken.set({ storage: name }, 0);
  }

  private tookNot(error: unknown): void {
    const { name, log } = this.options;
    const reason = reasonIn(error);
    if (!this.writing.broken) log.warn({ storage: name, reason, err: error }, 'the storage takes no recordings');
    this.writing.failed();
    storageBroken.set({ storage: name }, 1);
    storageFailures.inc({ storage: name, verb: 'put', reason });
  }

  /** Only silence breaks the circuit: a recording that is missing says nothing about the others. */
  private async read<T>(ask: () => Promise<T>, dispose?: (answer: T) => void): Promise<T> {
    if (!this.reading.mayTry()) throw storageUnavailable();
    const asked = ask();
    try {
      const answer = await this.inTime(asked);
      this.reading.succeeded();
      return answer;
    } catch (error) {
      const reason = reasonIn(error);
      storageFailures.inc({ storage: this.options.name, verb: 'get', reason });
      if (reason !== 'slow') this.reading.succeeded();
      else {
        this.reading.failed();
        if (dispose !== undefined) asked.then(dispose, () => undefined);
      }
      throw error;
    }
  }

  private async inTime<T>(answer: Promise<T>, limitMs = this.options.patienceMs): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<typeof late>((resolve) => {
      timer = setTimeout(resolve, limitMs, late);
    });
    try {
      const first = await Promise.race([answer, tooLate]);
      if (first !== late) return first;
      answer.catch(() => undefined);
      throw storageUnavailable(new StorageFault('slow', new Error(`no answer within ${Math.round(limitMs)} ms`)));
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Why a storage failed, for the operator. */
export const reasonIn = (error: unknown): FaultReason => {
  if (!(error instanceof DomainError)) return 'failing';
  if (error.cause instanceof StorageFault) return error.cause.reason;
  if (error.code === recordingMissingCode) return 'no-object';
  if (isMissing(error.cause)) return 'no-bucket';
  return error.code === 'storage-full' ? 'full' : 'failing';
};
