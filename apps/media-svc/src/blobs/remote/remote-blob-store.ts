import type { Readable } from 'node:stream';
import { DomainError } from '@aftertone/kernel';
import type { BlobContent, BlobKey, BlobStore, ByteRange, SignedAnswer, StoredBlob } from '../blob-store.ts';
import { Bulkhead } from '../bulkhead.ts';
import { recordingMissing, recordingMissingCode, remoteError } from '../storage-errors.ts';
import { reasonOf, StorageFault } from '../storage-fault.ts';
import { withDeadline } from './deadline.ts';
import type { ObjectClient, OpenedObject } from './object-client.ts';
import { objectName, parseObjectName } from './object-keys.ts';
import { ResumedStream } from './resumed-stream.ts';

/** Up to here a recording is one request and one buffer; S3 allows no smaller parts of a larger one. */
export const wholeBytes = 5 * 1024 * 1024;

/** Uploads that hold such a buffer. */
const putsAtOnce = 32;

/** Where nobody else gives up: for an answer, and on top of it for each byte of an upload. */
const answerMs = 30_000;
const bytesPerMs = 50;

export interface RemoteBlobOptions {
  client: ObjectClient;
  /** Of all names: empty, or with a slash at its end. */
  prefix: string;
  answerMs?: number;
}

interface How {
  ms?: number;
  signal?: AbortSignal;
  /** What a 404 is that does not say it. */
  missing?: 'no-bucket' | 'no-object';
}

/** Blobs as objects of a bucket. */
export class RemoteBlobStore implements BlobStore {
  private readonly client: ObjectClient;
  private readonly prefix: string;
  private readonly answerMs: number;
  private readonly puts = new Bulkhead(putsAtOnce);

  constructor({ client, prefix, answerMs: ms = answerMs }: RemoteBlobOptions) {
    this.client = client;
    this.prefix = prefix;
    this.answerMs = ms;
  }

  put(key: BlobKey, content: BlobContent, signal: AbortSignal = new AbortController().signal): Promise<void> {
    const name = this.nameOf(key);
    const how: How = { ms: this.answerMs + content.bytes / bytesPerMs, signal, missing: 'no-bucket' };
    return this.puts.run(async () => {
      signal.throwIfAborted();
      if (content.bytes > wholeBytes) return this.call((given) => this.client.putParts(name, content, given), how);
      const bytes = await gathered(content);
      return this.call((given) => this.client.putWhole(name, bytes, given), how);
    });
  }

  async open(key: BlobKey, range?: ByteRange): Promise<Readable> {
    const name = this.nameOf(key);
    const leaving = new AbortController();
    const start = range?.start ?? 0;
    const { stream: first, bytes } = await this.get(name, range, leaving.signal);
    const end = start + bytes;
    if (range !== undefined && end <= range.end) {
      first.destroy();
      throw recordingMissing(new Error('the object is shorter than its recording'));
    }
    const reopen = async (from: number) => (await this.get(name, { start: from, end: end - 1 }, leaving.signal)).stream;
    // What was asked for last is given up with the listener, also while nothing comes.
    return new ResumedStream({ first, start, end, reopen }).once('close', () => leaving.abort());
  }

  signedUrl(key: BlobKey, answer: SignedAnswer): Promise<string | null> {
    return this.call(() => this.client.signedUrl(this.nameOf(key), answer));
  }

  /** A bucket that is gone may answer as an object that is gone. */
  async has(key: BlobKey): Promise<boolean> {
    const size = await this.call((signal) => this.client.size(this.nameOf(key), signal));
    if (size === null) await this.check();
    return size !== null;
  }

  delete(key: BlobKey): Promise<void> {
    return this.call((signal) => this.client.delete(this.nameOf(key), signal));
  }

  async *list(): AsyncIterable<StoredBlob> {
    const objects = this.client.list(this.prefix)[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await this.call(() => objects.next(), { missing: 'no-bucket' });
      if (done === true) return;
      const key = parseObjectName(this.prefix, value.name);
      if (key !== null) yield { key, bytes: value.bytes, storedAt: value.storedAt };
    }
  }

  check(): Promise<void> {
    return this.call((signal) => this.client.check(signal), { missing: 'no-bucket' });
  }

  async owner(claim: string): Promise<string> {
    const mark = `${this.prefix}owner`;
    // Not every storage can write on condition; who lost a race finds out at the next look.
    if ((await this.call((signal) => this.client.size(mark, signal))) === null) {
      await this.call((signal) => this.client.putWhole(mark, Buffer.from(claim), signal), { missing: 'no-bucket' });
    }
    return this.call(async (signal) => {
      const { stream } = await this.client.get(mark, undefined, signal);
      return Buffer.concat(await stream.toArray())
        .toString()
        .trim();
    });
  }

  removeUnfinished(olderThan: Date): Promise<number> {
    // Others may have uploads in a bucket that is not ours alone.
    const isOurs = (name: string): boolean => parseObjectName(this.prefix, name) !== null;
    return this.call(() => this.client.removeUnfinished(this.prefix, olderThan, isOurs), { ms: 600_000 });
  }

  async close(): Promise<void> {
    this.client.close();
  }

  private async get(name: string, range: ByteRange | undefined, leaving: AbortSignal): Promise<OpenedObject> {
    try {
      return await this.call((signal) => this.client.get(name, range, signal), { signal: leaving });
    } catch (error) {
      if (error instanceof DomainError && error.code === recordingMissingCode) await this.check();
      throw error;
    }
  }

  private nameOf(key: BlobKey): string {
    return objectName(this.prefix, key);
  }

  private async call<T>(ask: (signal: AbortSignal) => Promise<T>, how: How = {}): Promise<T> {
    const { ms = this.answerMs, signal, missing } = how;
    try {
      return await withDeadline(ms, ask, signal);
    } catch (error) {
      // Of where the bytes come from.
      if (error instanceof DomainError) throw error;
      const fault =
        error instanceof StorageFault
          ? error
          : new StorageFault(reasonOf(this.client.refusalOf(error), missing), error);
      throw remoteError(fault);
    }
  }
}

const gathered = async (content: BlobContent): Promise<Buffer> => {
  const body = content.read();
  if (!(Symbol.asyncIterator in body)) return Buffer.concat(body, content.bytes);
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
};
