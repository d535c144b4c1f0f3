import type { Readable } from 'node:stream';
import type { BlobContent, ByteRange, SignedAnswer } from '../blob-store.ts';
import type { Refusal } from '../storage-fault.ts';

export interface StoredObject {
  name: string;
  bytes: number;
  storedAt: Date;
}

export interface OpenedObject {
  stream: Readable;
  /** Of the whole object, or of the range. */
  bytes: number;
}

/**
 * What differs between object storages: one bucket (container) through its vendor's SDK. Methods throw what the SDK
 * throws; `refusalOf` reads that, and who waits gives up by itself, so that a signal is only for saving work. Objects are written as a whole or not at all, and their names may hold slashes.
 */
export interface ObjectClient {
  /** In one request, with a checksum that the storage compares. */
  putWhole(name: string, bytes: Buffer, signal: AbortSignal): Promise<void>;
  /** In parts of which at most one or two are in memory, each with a checksum that the storage compares. */
  putParts(name: string, content: BlobContent, signal: AbortSignal): Promise<void>;
  /** Resolves when the storage has begun to answer. */
  get(name: string, range: ByteRange | undefined, signal: AbortSignal): Promise<OpenedObject>;
  /** Null where our credentials cannot sign. Asks nobody, so says nothing about whether the object is there. */
  signedUrl(name: string, answer: SignedAnswer): Promise<string | null>;
  /** Null when there is no such object. */
  size(name: string, signal: AbortSignal): Promise<number | null>;
  /** Nothing happens when there is no such object. */
  delete(name: string, signal: AbortSignal): Promise<void>;
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Resolves when the bucket is there and ours. */
  check(signal: AbortSignal): Promise<void>;
  /** Ends uploads in parts of such names that began before `olderThan`. @returns how many */
  removeUnfinished(prefix: string, olderThan: Date, isOurs: (name: string) => boolean): Promise<number>;
  /** What an error of the SDK says. */
  refusalOf(error: unknown): Refusal;
  close(): void;
}
