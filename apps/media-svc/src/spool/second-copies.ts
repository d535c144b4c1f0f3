import type { BlobKey } from '../blobs/blob-store.ts';
import { spoolCopyFailures } from '../metrics.ts';
import { Circuit } from '../storages/circuit.ts';
import type { Peers } from './peers.ts';
import type { ReplicasTable } from './replicas.table.ts';
import { type Spool, spooledContent } from './spool.ts';

export interface SecondCopiesParts {
  spool: Spool;
  peers: Pick<Peers, 'keep'>;
  replicas: ReplicasTable;
}

/** The first may have died a moment ago. */
const replicasTried = 2;

/**
 * Has another replica keep what only this spool holds: the spool's disk may be lost with all that is on it. Where there is
 * no other replica, or none takes it, one copy has to do: the storage is away, and refusing would lose more.
 */
export class SecondCopies {
  private readonly parts: SecondCopiesParts;
  private readonly others = new Circuit();

  constructor(parts: SecondCopiesParts) {
    this.parts = parts;
  }

  /** The replica that has it now, too; null when there is none. */
  async make(key: BlobKey): Promise<string | null> {
    if (!this.others.mayTry()) return null;
    const { spool, peers, replicas } = this.parts;
    try {
      const own = await spool.replicaId();
      const urls = await replicas.others(own, replicasTried);
      if (urls.length === 0) return null;
      for (const url of urls) {
        const holder = await peers.keep(url, key, spooledContent(spool, key)).catch(() => null);
        // Before it has said where it is, this one may find itself at the address of the one whose disk was lost.
        if (holder === null || holder === own) continue;
        this.others.succeeded();
        return holder;
      }
    } catch {
      // The database does not answer: the event of this recording will wait for it.
    }
    this.others.failed();
    spoolCopyFailures.inc();
    return null;
  }
}
