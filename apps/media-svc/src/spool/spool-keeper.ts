import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '@aftertone/messaging';
import type { Pool } from 'pg';
import { spoolAlone, spoolFailures, spoolOutOfReach, watchSpool } from '../metrics.ts';
import type { Recordings } from '../storages/recordings.ts';
import type { Storage } from '../storages/storages.ts';
import { copyAlone } from './copy-alone.ts';
import { moveSpooled } from './move-spooled.ts';
import { reconcileSpool } from './reconcile-spool.ts';
import { ReplicasTable } from './replicas.table.ts';
import { settleSilent } from './settle-silent.ts';
import { type SpooledMedia, SpooledTable } from './spooled.table.ts';

export interface SpoolKeeperOptions {
  recordings: Recordings;
  pool: Pool;
  /** Where other replicas reach this one. */
  url: string;
  log: Log;
}

/** How often it is looked whether there is something to move; nobody is asked while the spool is empty. */
const moveEveryMs = 1_000;
const announceEveryMs = 10_000;
const reconcileEveryMs = 600_000;
/** Of the time, at most, for counting what lies in all spools: in a long outage they hold very much. */
const measuringShare = 0.05;

/** Says where this replica is, and empties its spool into the storage as soon as the storage takes it. */
export class SpoolKeeper {
  private readonly options: SpoolKeeperOptions;
  private readonly table: SpooledTable;
  private readonly replicas: ReplicasTable;
  private readonly ending = new AbortController();
  private readonly running: Promise<unknown>;
  /** Storages of which it was said. */
  private readonly failing = new Set<string>();
  /** What the mover passes over until the spool is looked through the next time. */
  private readonly unreadable = new Set<string>();
  private reconciledAt = 0;
  private settledUpTo: SpooledMedia | undefined;

  constructor(options: SpoolKeeperOptions) {
    this.options = options;
    this.table = new SpooledTable(options.pool);
    this.replicas = new ReplicasTable(options.pool);
    watchSpool(options.recordings.spool);
    this.running = Promise.all([
      this.every(announceEveryMs, () => this.announce()),
      this.every(announceEveryMs, () => this.measure(), measuringShare),
      this.every(reconcileEveryMs, () => this.lookThrough()),
      this.every(moveEveryMs, () => this.move()),
      this.every(announceEveryMs, () => this.settle()),
      this.every(announceEveryMs, () => this.copy()),
    ]);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  /** @param share of the time that the work may take; less than all of it: then it rests longer than `ms` */
  private async every(ms: number, work: () => Promise<void>, share = 1): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      const began = performance.now();
      const wait = await work().then(
        () => Math.max(ms, (performance.now() - began) * (1 / share - 1)),
        (error: unknown) => {
          this.options.log.warn({ err: error }, 'the spool cannot be looked after; trying again');
          return Math.min(ms, announceEveryMs);
        },
      );
      await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  private async announce(): Promise<void> {
    await this.replicas.announce(await this.options.recordings.spool.replicaId(), this.options.url);
    await this.replicas.forgetGone();
  }

  private async measure(): Promise<void> {
    const { outOfReach, alone } = await this.replicas.safety();
    spoolOutOfReach.set(outOfReach);
    spoolAlone.set(alone);
  }

  private async lookThrough(): Promise<void> {
    const { recordings, log } = this.options;
    this.unreadable.clear();
    await this.reconcile();
    const storages = await this.table.storagesOf(await recordings.spool.replicaId());
    for (const storage of storages.filter((name) => !recordings.storages.has(name))) {
      log.error({ storage }, 'recordings in the spool wait for a storage that the settings do not name');
    }
  }

  private async reconcile(): Promise<void> {
    const { recordings, log } = this.options;
    this.reconciledAt = performance.now();
    const { found, strays } = await reconcileSpool(recordings.spool, this.table);
    await recordings.spool.removeUnfinished(new Date(Date.now() - reconcileEveryMs * 6));
    if (found + strays > 0) log.info({ found, strays }, 'looked through the spool');
  }

  private async settle(): Promise<void> {
    const { recordings, log } = this.options;
    const { settled, after } = await settleSilent(recordings.storages, this.table, this.settledUpTo);
    this.settledUpTo = after;
    if (settled > 0) log.info({ settled }, 'the storage has what replicas that are down held');
  }

  private async copy(): Promise<void> {
    const { recordings, log } = this.options;
    if (recordings.spool.count === 0) return;
    const copied = await copyAlone({ ...recordings, table: this.table }, this.ending.signal);
    if (copied > 0) log.info({ copied }, 'another replica has copies of what only this spool held');
  }

  private async move(): Promise<void> {
    const { recordings } = this.options;
    if (recordings.spool.count === 0) return;
    const moved = await Promise.all(recordings.storages.all.map((storage) => this.moveTo(storage)));
    // What lies there has no row: perhaps a copy, whose sender died before it could say so.
    const isIdle = moved.every((count) => count === 0);
    if (isIdle && performance.now() - this.reconciledAt > announceEveryMs) await this.reconcile();
  }

  /** @returns how many were moved; null when the storage did not take them */
  private async moveTo(storage: Storage): Promise<number | null> {
    const { recordings, log } = this.options;
    const about = { storage: storage.name };
    try {
      const moved = await moveSpooled(
        { ...recordings, storage, table: this.table, unreadable: this.unreadable, log },
        this.ending.signal,
      );
      if (moved > 0) log.info({ ...about, moved }, 'moved recordings from the spool into the storage');
      else await storage.patient.tryAgain();
      this.failing.delete(storage.name);
      return moved;
    } catch (error) {
      spoolFailures.inc();
      if (!this.failing.has(storage.name)) {
        log.warn({ ...about, err: error }, 'the storage does not take what lies in the spool; trying again');
      }
      this.failing.add(storage.name);
      return null;
    }
  }
}
