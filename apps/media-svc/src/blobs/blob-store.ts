import type { Readable } from 'node:stream';

/**
 * Names a blob. The hash is part of the name: an upload can never change bytes that another upload of the same media
 * id has made durable, and putting the same bytes twice is harmless.
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

/** The whole of a recording, as often as it is asked for: a storage that failed is tried again with the same bytes. */
export interface BlobContent {
  bytes: number;
  /** All of it at once where it is in memory. */
  read(): readonly Buffer[] | AsyncIterable<Buffer>;
}

/** What a signed URL makes the storage answer. */
export interface SignedAnswer {
  contentType: string;
  /** Content-Disposition; undefined: as it likes. */
  disposition: string | undefined;
  /** How long the URL is good for. */
  seconds: number;
}

export interface StoredBlob {
  key: BlobKey;
  bytes: number;
  storedAt: Date;
}

/**
 * Where audio bytes are kept. Immutable: a blob is written once and never changed.
 *
 * Every method throws the DomainErrors `storage-full` or `storage-unavailable` when the storage does not do its part
 * (their cause is a `StorageFault` where the reason is known),
 * and may take for ever when it hangs: `PatientStorage` is who gives up. Whatever a method does after it was given up,
 * a blob is there as a whole or not at all.
 */
export interface BlobStore {
  /**
   * Resolves when the blob would survive a power cut under its name. Nothing stays when it rejects.
   * @param signal of who waits: nothing new is begun after it.
   */
  put(key: BlobKey, content: BlobContent, signal?: AbortSignal): Promise<void>;
  /**
   * @throws DomainError `recording-missing` when the storage answers and has no such blob, or one that is shorter than
   *   `range`: its row says that it was stored.
   */
  open(key: BlobKey, range?: ByteRange): Promise<Readable>;
  /** A URL by which anybody can read the blob for a while; null where the storage has no such thing. */
  signedUrl(key: BlobKey, answer: SignedAnswer): Promise<string | null>;
  has(key: BlobKey): Promise<boolean>;
  /** Removes a blob; nothing happens when it is not there. */
  delete(key: BlobKey): Promise<void>;
  /** All blobs of all tenants, in no order; those that come or go meanwhile may be listed or not. */
  list(): AsyncIterable<StoredBlob>;
  /** Resolves when the storage could take a recording now. */
  check(): Promise<void>;
  /**
   * Whose storage this is: what was written into it first. Two installations on one bucket would each take the other's
   * recordings for strays.
   * @param claim written when nobody has claimed it yet
   */
  owner(claim: string): Promise<string>;
  /** Removes unfinished uploads whose last byte was written before `olderThan`, of any process. */
  removeUnfinished(olderThan: Date): Promise<number>;
  close(): Promise<void>;
}
