import type { Readable } from 'node:stream';
import { DomainError } from '@aftertone/kernel';
import type { BlobContent, BlobKey, BlobStore, ByteRange } from '../blobs/blob-store.ts';
import { storageUnavailable } from '../blobs/storage-errors.ts';
import { storageBroken, storageFailures } from '../metrics.ts';
import { Circuit } from './circuit.ts';

/** On top of the patience, by the size of what is written: a slow storage still answers. */
const bytesPerMs = 10_000;

/** Why a storage was given up. */
class NoAnswer extends Error {
  override name = 'NoAnswer';
}

const late = Symbol('late');

/**
 * The storage with an end to all waiting: who does not answer in time counts as unavailable, and is spared for some
 * seconds. Reading and writing are spared apart, since a storage may be full or read-only and still be heard from.
 */
export class PatientStorage {
  private readonly store: BlobStore;
  private readonly patienceMs: number;
  private readonly writing = new Circuit();
  private readonly reading = new Circuit();

  constructor(store: BlobStore, patienceMs: number) {
    this.store = store;
    this.patienceMs = patienceMs;
  }

  /** False while it is known not to take recordings. */
  get takes(): boolean {
    return !this.writing.broken;
  }

  /** @throws DomainError `storage-unavailable`, `storage-full` */
  async put(key: BlobKey, content: BlobContent): Promise<void> {
    if (!this.writing.mayTry()) throw storageUnavailable();
    const giveUp = new AbortController();
    try {
      await this.inTime(this.store.put(key, content, giveUp.signal), content.bytes / bytesPerMs);
      this.writing.succeeded();
    } catch (error) {
      giveUp.abort(storageUnavailable());
      this.writing.failed();
      storageFailures.inc({ verb: 'put' });
      throw error;
    } finally {
      storageBroken.set(this.writing.broken ? 1 : 0);
    }
  }

  open(key: BlobKey, range?: ByteRange): Promise<Readable> {
    const opening = (): Promise<Readable> => this.store.open(key, range);
    return this.read(opening, (stream) => stream.destroy());
  }

  has(key: BlobKey): Promise<boolean> {
    return this.read(() => this.store.has(key));
  }

  delete(key: BlobKey): Promise<void> {
    return this.inTime(this.store.delete(key));
  }

  async check(): Promise<void> {
    await this.inTime(this.store.check());
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
      if (!isLate(error)) this.reading.succeeded();
      else {
        this.reading.failed();
        storageFailures.inc({ verb: 'get' });
        if (dispose !== undefined) asked.then(dispose, () => undefined);
      }
      throw error;
    }
  }

  private async inTime<T>(answer: Promise<T>, moreMs = 0): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const limitMs = this.patienceMs + moreMs;
    const tooLate = new Promise<typeof late>((resolve) => {
      timer = setTimeout(resolve, limitMs, late);
    });
    try {
      const first = await Promise.race([answer, tooLate]);
      if (first !== late) return first;
      answer.catch(() => undefined);
      throw storageUnavailable(new NoAnswer(`no answer within ${Math.round(limitMs)} ms`));
    } finally {
      clearTimeout(timer);
    }
  }
}

const isLate = (error: unknown): boolean => error instanceof DomainError && error.cause instanceof NoAnswer;
