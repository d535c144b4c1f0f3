import type { Readable } from 'node:stream';
import type { Pool } from 'pg';
import type { BlobContent, BlobKey, ByteRange } from '../blobs/blob-store.ts';
import type { LocalBlobWriter } from '../blobs/local-blob-writer.ts';
import { type Peers, replicaUnavailable } from '../spool/peers.ts';
import { ReplicasTable } from '../spool/replicas.table.ts';
import { SecondCopies } from '../spool/second-copies.ts';
import type { Spool } from '../spool/spool.ts';
import type { PatientStorage } from './patient-storage.ts';

export interface RecordingsParts {
  storage: PatientStorage;
  spool: Spool;
  peers: Peers;
  pool: Pool;
}

/** A whole upload: in memory, or in a file of the spool's disk. */
export interface Body {
  content: BlobContent;
  written: LocalBlobWriter | null;
}

/** The bytes of recordings, wherever they are: in the storage, or in the spool of some replica until it takes them. */
export class Recordings {
  readonly storage: PatientStorage;
  readonly spool: Spool;
  private readonly peers: Peers;
  readonly copies: SecondCopies;
  private readonly replicas: ReplicasTable;

  constructor({ storage, spool, peers, pool }: RecordingsParts) {
    this.storage = storage;
    this.spool = spool;
    this.peers = peers;
    this.replicas = new ReplicasTable(pool);
    this.copies = new SecondCopies({ spool, peers, replicas: this.replicas });
  }

  /**
   * Resolves when the recording would survive a power cut.
   * @returns the replicas in whose spools it lies, this one first; none when the storage has it
   * @throws DomainError `storage-full`, `storage-unavailable`: of the spool, after the storage did not take it either
   */
  async keep(key: BlobKey, { content, written }: Body): Promise<readonly string[]> {
    // While something lies in the spool, its mover is who finds out that the storage is back.
    if (this.storage.takes || this.spool.count === 0) {
      const isStored = await this.storage.put(key, content).then(
        () => true,
        () => false,
      );
      if (isStored) return [];
    }
    const replicaId = await this.spool.replicaId();
    await this.spool.keep(key, content, written);
    const other = await this.copies.make(key);
    return other === null ? [replicaId] : [replicaId, other];
  }

  /**
   * @param holders replicas whose spools hold it
   * @throws DomainError `storage-unavailable`, `replica-unavailable`
   */
  async open(key: BlobKey, holders: readonly string[], range?: ByteRange): Promise<Readable> {
    if (holders.length === 0) return this.storage.open(key, range);
    const own = await this.spool.replicaId().catch(() => null);
    const found =
      own !== null && holders.includes(own)
        ? await this.spool.open(key, range).catch(() => null)
        : await this.fromPeers(key, holders, range);
    if (found !== null) return found;
    // It has been moved meanwhile, or else it is out of reach for now.
    return this.storage.open(key, range).catch((error: unknown) => {
      throw replicaUnavailable(error);
    });
  }

  /** Resolves when a recording could be taken now, by the storage or by the spool. */
  async check(): Promise<void> {
    await Promise.any([this.storage.takes ? this.storage.check() : this.spool.check(), this.spool.check()]);
  }

  /** Takes bytes away that turned out to be nobody's; a copy that another replica has goes when that looks through its spool. */
  async discard(key: BlobKey, keptBy: readonly string[]): Promise<void> {
    if (keptBy.length === 0) await this.storage.delete(key);
    else await this.spool.delete(key);
  }

  private async fromPeers(key: BlobKey, holders: readonly string[], range?: ByteRange): Promise<Readable | null> {
    for (const url of await this.replicas.find(holders)) {
      const found = await this.peers.open(url, key, range).catch(() => null);
      if (found !== null) return found;
    }
    return null;
  }
}
