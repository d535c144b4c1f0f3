import type { Readable } from 'node:stream';
import { DomainError } from '@aftertone/kernel';
import type { Pool } from 'pg';
import type { BlobContent, BlobKey, ByteRange, SignedAnswer } from '../blobs/blob-store.ts';
import type { LocalBlobWriter } from '../blobs/local-blob-writer.ts';
import { recordingMissingCode } from '../blobs/storage-errors.ts';
import { findHome, type Home } from '../media/catalogue/home.ts';
import { type Peers, replicaUnavailable } from '../spool/peers.ts';
import { ReplicasTable } from '../spool/replicas.table.ts';
import { SecondCopies } from '../spool/second-copies.ts';
import type { Spool } from '../spool/spool.ts';
import type { Storages } from './storages.ts';

export interface RecordingsParts {
  storages: Storages;
  spool: Spool;
  peers: Peers;
  pool: Pool;
}

/** A whole upload: in memory, or in a file of the spool's disk. */
export interface Body {
  content: BlobContent;
  written: LocalBlobWriter | null;
}

const isMissing = (error: unknown): boolean => error instanceof DomainError && error.code === recordingMissingCode;

const isHeld = ({ heldBy }: Home): boolean => heldBy !== null && heldBy.length > 0;

/** Where a recording was kept. */
export interface Kept extends Home {
  heldBy: readonly string[];
}

/** The bytes of recordings, wherever they are: in their storage, or in the spool of some replica until it takes them. */
export class Recordings {
  readonly storages: Storages;
  readonly spool: Spool;
  readonly copies: SecondCopies;
  private readonly peers: Peers;
  private readonly pool: Pool;
  private readonly replicas: ReplicasTable;

  constructor({ storages, spool, peers, pool }: RecordingsParts) {
    this.storages = storages;
    this.spool = spool;
    this.peers = peers;
    this.pool = pool;
    this.replicas = new ReplicasTable(pool);
    this.copies = new SecondCopies({ spool, peers, replicas: this.replicas });
  }

  /**
   * Resolves when the recording would survive a power cut.
   * @returns its storage, and the replicas in whose spools it lies, this one first; none when the storage has it
   * @throws DomainError `storage-full`, `storage-unavailable`: of the spool, after the storage did not take it either
   */
  async keep(key: BlobKey, { content, written }: Body): Promise<Kept> {
    const { name: storage, patient } = this.storages.of(key.tenantId);
    // While something lies in the spool, its mover is who finds out that the storage is back.
    if (patient.takes || this.spool.count === 0) {
      const isStored = await patient.put(key, content).then(
        () => true,
        () => false,
      );
      if (isStored) return { storage, heldBy: [] };
    }
    const replicaId = await this.spool.replicaId();
    await this.spool.keep(key, content, written);
    const other = await this.copies.make(key);
    return { storage, heldBy: other === null ? [replicaId] : [replicaId, other] };
  }

  /**
   * @param home as it was when somebody looked
   * @throws DomainError `storage-unavailable`, `replica-unavailable`, `recording-missing`
   */
  async open(key: BlobKey, home: Home, range?: ByteRange): Promise<Readable> {
    try {
      return await this.openAt(key, home, range);
    } catch (error) {
      if (!isMissing(error)) throw error;
      // It may have gone to another storage since.
      const now = await findHome(this.pool, key);
      if (now !== null && now.storage !== home.storage) return this.openAt(key, now, range);
      const found = await this.openAnywhere(key, home, range);
      if (found === null) throw error;
      return found;
    }
  }

  /** Whether bytes of it are known to be gone for good: what is out of reach for now is not lost. */
  async hasLost(key: BlobKey, home: Home, bytes: number): Promise<boolean> {
    try {
      (await this.open(key, home, { start: bytes - 1, end: bytes - 1 })).destroy();
      return false;
    } catch (error) {
      return isMissing(error);
    }
  }

  /** A URL of the storage that has it; null while it is in a spool, and where the storage gives none. */
  async signedUrl(key: BlobKey, { storage, heldBy }: Home, answer: SignedAnswer): Promise<string | null> {
    if (heldBy !== null && heldBy.length > 0) return null;
    return this.storages.named(storage).patient.signedUrl(key, answer);
  }

  /** Resolves when a recording could be taken now, by the usual storage or by the spool. */
  async check(): Promise<void> {
    const takes = this.storages.all.map(({ patient }) => patient).filter((patient) => patient.takes);
    await Promise.any([...takes.map((patient) => patient.check()), this.spool.check()]);
  }

  /** Takes bytes away that turned out to be nobody's; a copy that another replica has goes when that looks through its spool. */
  async discard(key: BlobKey, { storage, heldBy }: Home): Promise<void> {
    if (!isHeld({ storage, heldBy })) await this.storages.named(storage).patient.delete(key);
    else await this.spool.delete(key);
  }

  private async openAt(key: BlobKey, { storage, heldBy }: Home, range?: ByteRange): Promise<Readable> {
    const { patient } = this.storages.named(storage);
    if (heldBy === null || heldBy.length === 0) return patient.open(key, range);
    const own = await this.spool.replicaId().catch(() => null);
    const found =
      own !== null && heldBy.includes(own)
        ? await this.spool.open(key, range).catch(() => null)
        : await this.fromPeers(key, heldBy, range);
    if (found !== null) return found;
    // It has been moved meanwhile, or else it is out of reach for now.
    return patient.open(key, range).catch(async (error: unknown) => {
      const now = isMissing(error) ? await findHome(this.pool, key) : null;
      if (now !== null && now.storage !== storage && !isHeld(now)) return this.openAt(key, now, range);
      throw replicaUnavailable(error);
    });
  }

  /**
   * Where its row does not say: a move that was cut off, or one that a replica of the version before has made, which
   * knows the folder alone. `media verify --mend` puts it where it belongs.
   */
  private async openAnywhere(key: BlobKey, home: Home, range?: ByteRange): Promise<Readable | null> {
    for (const { name, patient } of this.storages.all) {
      const found = name === home.storage ? null : await patient.open(key, range).catch(() => null);
      if (found !== null) return found;
    }
    return null;
  }

  private async fromPeers(key: BlobKey, holders: readonly string[], range?: ByteRange): Promise<Readable | null> {
    for (const url of await this.replicas.find(holders)) {
      const found = await this.peers.open(url, key, range).catch(() => null);
      if (found !== null) return found;
    }
    return null;
  }
}
