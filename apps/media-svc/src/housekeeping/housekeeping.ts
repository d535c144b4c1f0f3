import { setTimeout as delay } from 'node:timers/promises';
import { type Bus, type Log, listDeadLetters } from '@aftertone/messaging';
import type { Ground } from '../ground/ground.ts';
import { MessageAudioTable } from '../message-audio/message-audio.table.ts';
import { RenditionsTable } from '../renditions/renditions.table.ts';
import { isOurs } from '../storages/claim.ts';
import type { Storage } from '../storages/storages.ts';
import { AppliedEventsTable } from './applied-events.table.ts';
import { observe } from './applied-events.ts';
import { deleteUnused, type Known, together } from './delete-unused.ts';
import { observeStream } from './observe-stream.ts';
import { oneProcess } from './one-process.ts';
import { movingBytes, removeStrays } from './remove-strays.ts';

export interface HousekeepingOptions {
  ground: Ground;
  bus: Bus;
  cell: string;
  /** Durables of the consumers that know which recordings are played. */
  durables: readonly string[];
  log: Log;
  everyMs: number;
  orphanAfterMs: number;
  releaseGraceMs: number;
}

const day = 86_400_000;
/** A kill leaves bytes without their event for seconds at most; a day is far from anything that is under way. */
const strayAfterMs = day;
/** Listing a large storage takes long, and what it finds is in nobody's way. */
const straysEveryMs = day;
/** The bus keeps events for 7 days, and consumers ignore those older than 15: none of a purged message comes later. */
const rememberPurgedMs = 30 * day;

/** Looks again and again for what nobody needs: recordings, bytes, marks. One process at a time. */
export class Housekeeping {
  private readonly options: HousekeepingOptions;
  private readonly ending = new AbortController();
  private readonly running: Promise<void>;
  private straysAt = Number.NEGATIVE_INFINITY;

  constructor(options: HousekeepingOptions) {
    this.options = options;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { everyMs } = this.options;
    const { signal } = this.ending;
    while (!signal.aborted) {
      await this.attempt('media housekeeping: recordings that nobody needs', () => this.deleteUnused());
      if (performance.now() - this.straysAt >= straysEveryMs) {
        this.straysAt = performance.now();
        await this.attempt(movingBytes, () => this.removeStrays());
      }
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Whatever goes wrong is tried again the next time. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await oneProcess(this.options.ground.store.pool, what, work);
    } catch (error) {
      this.options.log.warn({ err: error, what }, 'housekeeping failed; it is tried again');
    }
  }

  private async deleteUnused(): Promise<void> {
    const { ground, log, bus } = this.options;
    const known = bus.isUp ? await this.know() : null;
    if (known === null) return;
    const { store, clock, recordings } = ground;
    const deleted = await deleteUnused({ ...this.options, store, clock, storages: recordings.storages }, known);
    if (deleted > 0) log.info({ deleted }, 'deleted recordings that nobody needs');
    await new MessageAudioTable(store.pool).forgetPurged(new Date(clock().getTime() - rememberPurgedMs));
  }

  /** What has been applied of mailbox-svc's events; null while there is nothing to know. */
  private async know(): Promise<Known | null> {
    const parts = await Promise.all(this.options.durables.map((durable) => this.knowOf(durable)));
    return together(parts);
  }

  private async knowOf(durable: string): Promise<Known | null> {
    const { ground, bus, cell, log } = this.options;
    const table = new AppliedEventsTable(ground.store.pool, durable);
    const seen = await observeStream(bus, { cell, durable, clock: ground.clock });
    if (seen === null) return null;
    const before = await table.load();
    const applied = observe(before, seen);
    await table.save(applied);
    if (before !== null && applied.since !== before.since) {
      const what = { durable, before: before.since, since: applied.since };
      log.warn(what, 'events have left the bus before they were applied: recordings from before stay (docs/media.md)');
    }
    if (applied.through === null) return null;
    // An event that was given up may be the one that plays a recording: nothing stored before that is touched.
    const [letter] = await listDeadLetters(ground.store.pool, { consumer: durable, limit: 1 });
    const since = [applied.since, letter?.createdAt.toISOString() ?? ''].sort().at(-1) ?? applied.since;
    return { applied: { since, through: applied.through }, caughtUp: seen.caughtUp };
  }

  private async removeStrays(): Promise<void> {
    await new RenditionsTable(this.options.ground.store.pool).forgetOrphans();
    for (const storage of this.options.ground.recordings.storages.all) await this.removeStraysOf(storage);
  }

  private async removeStraysOf(storage: Storage): Promise<void> {
    const { ground, log } = this.options;
    const { name } = storage;
    const { pool } = ground.store;
    const olderThan = new Date(Date.now() - strayAfterMs);
    try {
      if (!(await isOurs(pool, storage))) {
        log.error(
          { storage: name },
          'another installation claims the storage: nothing of it is tidied (docs/media.md)',
        );
        return;
      }
      const unfinished = await storage.blobs.removeUnfinished(olderThan);
      const strays = await removeStrays({ pool, storages: ground.recordings.storages, storage, olderThan });
      if (unfinished + strays > 0) {
        log.info({ storage: name, unfinished, strays }, 'removed bytes that belong to no recording');
      }
    } catch (error) {
      log.warn({ err: error, storage: name }, 'a storage was not tidied; it is tried again');
    }
  }
}
