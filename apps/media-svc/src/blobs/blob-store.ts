import type { Readable } from 'node:stream';

/**
 * Names a blob. The hash is part of the name: an upload can never change bytes that another upload of the same media
 * id has made durable, and committing the same bytes twice is harmless.
 */
export interface BlobKey {
  tenantId: string;
  mediaId: string;
  /** Hex SHA-256 of the bytes. */
  sha256: string;
}

/** Inclusive, as in HTTP. */
export interface ByteRange {
  start: number;
  end: number;
}

/** One upload. Ends with `commit` or `discard`. */
export interface BlobWriter {
  /** Resolves when more can be taken. */
  write(chunk: Buffer): Promise<void>;
  /** Resolves when the blob would survive a power cut under this name. */
  commit(key: BlobKey): Promise<void>;
  /** Removes what was written. Safe to call at any time, also after a failure; nothing happens after `commit`. */
  discard(): Promise<void>;
}

export interface StoredBlob {
  key: BlobKey;
  storedAt: Date;
}

/**
 * Where audio bytes are kept. Immutable: a blob is written once and never changed.
 *
 * Every method throws the DomainErrors `storage-full` or `storage-unavailable` when the storage does not do its part.
 */
export interface BlobStore {
  begin(): Promise<BlobWriter>;
  /** @throws DomainError `storage-unavailable` also when the blob is missing: its row says that it was stored. */
  open(key: BlobKey, range?: ByteRange): Promise<Readable>;
  /** Removes a blob; nothing happens when it is not there. */
  delete(key: BlobKey): Promise<void>;
  /** All blobs of all tenants, in no order; those that come or go meanwhile may be listed or not. */
  list(): AsyncIterable<StoredBlob>;
  /** Resolves when the storage could take a recording now. */
  check(): Promise<void>;
  /** Removes unfinished uploads whose last byte was written before `olderThan`, of any process. */
  removeUnfinished(olderThan: Date): Promise<number>;
}
