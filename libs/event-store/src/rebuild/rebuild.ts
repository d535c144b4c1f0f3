import type pg from 'pg';
import { isUnavailable } from '../database/errors.ts';
import { appendLock } from '../schema/append.sql.ts';
import { quoted } from '../schema/written-table.ts';
import type { EventStore } from '../store/store.ts';
import type { RowChange } from '../types.ts';
import { copyIn } from './copy-in.ts';
import { copyLine } from './copy-text.ts';
import { FinalRows } from './final-rows.ts';
import { type AnyAggregate, Replay, replayAll, replayTouched } from './replay.ts';
import { longSession } from './session.ts';
import { dropShadow, indexShadow, makeShadow, type Shadow, shadowOf, swapShadow } from './shadow-table.ts';

export interface RebuildOptions {
  store: EventStore;
  /** Every kind of stream whose `effects` write to the tables. */
  aggregates: readonly AnyAggregate[];
  /** Read models to rebuild. Their rows come from `effects` alone, and each row from one stream. */
  tables: readonly string[];
  /**
   * Names of database functions without arguments that make anew what triggers of the tables derive from them. They are
   * called while appends wait.
   */
  derive?: readonly string[];
  /** Events read at once; default 5,000. */
  pageSize?: number;
  /** How long the last step may wait for running queries while appends wait for it; default 2,000 ms. */
  lockTimeoutMs?: number;
  onProgress?(progress: RebuildProgress): void;
}

export interface RebuildProgress {
  step: 'fold' | 'catch-up' | 'swap';
  /** Events read so far, counting those read again. */
  events: number;
  /** Position of the log that is being worked up to. */
  through: number;
}

/** Locks one rebuild of a database at a time. */
const rebuildLock = 7_205_759_403;
/** The last catch-up happens while appends wait: before it, not more than this may be missing. */
const fewEvents = 1_000;
const swapAttempts = 20;
/** Streams read at once when only some are read. */
const touchedPage = 200;

/**
 * Folds read models anew from the events into fresh tables, while everybody goes on reading and writing the old ones,
 * and swaps the fresh ones in. Appends wait only for the last catch-up and the swap.
 *
 * @throws Error when something else rebuilds in this database, or the tables are in use for too long; nothing has
 *   changed then
 */
export async function rebuild(options: RebuildOptions): Promise<void> {
  const { store, tables } = options;
  const session = await longSession(store.url, 'aftertone rebuild');
  let reader: pg.Client | undefined;
  try {
    const { rows } = await session.query<{ alone: boolean }>('SELECT pg_try_advisory_lock($1) AS alone', [rebuildLock]);
    if (rows[0]?.alone !== true) throw new Error('a rebuild is running already');
    reader = await longSession(store.url, 'aftertone rebuild');
    try {
      const shadows: Shadow[] = [];
      for (const table of tables) shadows.push(await makeShadow(session, table));
      await new Rebuild(options, { session, reader }, shadows).run();
    } catch (error) {
      for (const table of tables) await dropShadow(session, table);
      throw error;
    }
  } finally {
    await reader?.end();
    await session.end();
  }
}

/** Reads on one and writes on the other, both at the same time. */
interface Sessions {
  session: pg.Client;
  reader: pg.Client;
}

class Rebuild {
  readonly #options: RebuildOptions;
  readonly #session: pg.Client;
  readonly #reader: pg.Client;
  readonly #shadows: readonly Shadow[];
  #events = 0;
  /** Everything up to here is in the fresh tables. */
  #done = 0;

  constructor(options: RebuildOptions, { session, reader }: Sessions, shadows: readonly Shadow[]) {
    this.#options = options;
    this.#session = session;
    this.#reader = reader;
    this.#shadows = shadows;
  }

  async run(): Promise<void> {
    await this.#fill(await this.#head());
    for (const { table } of this.#shadows) await indexShadow(this.#session, table);
    for (let head = await this.#head(); head - this.#done > fewEvents; head = await this.#head()) {
      await this.#catchUp('catch-up', head);
    }
    for (let attempt = 1; !(await this.#swapped(attempt === swapAttempts)); attempt += 1);
  }

  /** False when queries held the tables for too long; appends were let through again, and it can be tried once more. */
  async #swapped(isLast: boolean): Promise<boolean> {
    const session = this.#session;
    const done = this.#done;
    await session.query('BEGIN');
    try {
      await session.query(`SET LOCAL lock_timeout = ${this.#options.lockTimeoutMs ?? 2_000}`);
      await session.query('SELECT pg_advisory_xact_lock($1)', [appendLock]);
      await this.#catchUp('swap', await this.#head());
      for (const { table } of this.#shadows) await swapShadow(session, table);
      for (const derive of this.#options.derive ?? []) await session.query(`SELECT ${quoted(derive)}()`);
      await session.query('COMMIT');
      return true;
    } catch (error) {
      await session.query('ROLLBACK');
      this.#done = done;
      if (isLast || !isUnavailable(error)) throw error;
      return false;
    }
  }

  #head(): Promise<number> {
    return this.#options.store.log.headPosition(this.#session);
  }

  /** All events up to a position, into tables that are empty and have no indexes: each row is written once. */
  async #fill(through: number): Promise<void> {
    const { aggregates, store, pageSize = 5_000 } = this.#options;
    const rows = this.#rows();
    const plan = { replay: new Replay(aggregates, rows.listener), aggregates, through, pageSize };
    let copied: Promise<void> = Promise.resolve();
    await replayAll(this.#reader, store.ring, plan, async (events) => {
      await copied;
      copied = this.#copy(rows.final.take());
      copied.catch(() => undefined); // awaited behind the next page
      this.#progress('fold', events, through);
    });
    await copied;
    this.#done = through;
  }

  /** What happened since, stream by stream from its beginning. */
  async #catchUp(step: 'catch-up' | 'swap', through: number): Promise<void> {
    const { aggregates, store } = this.#options;
    const rows = this.#rows();
    const replay = new Replay(aggregates, rows.listener);
    const plan = { replay, aggregates, through, pageSize: touchedPage, touchedAfter: this.#done };
    await replayTouched(this.#reader, store.ring, plan, async (events) => {
      await this.#write(rows.final.take());
      this.#progress(step, events, through);
    });
    this.#done = through;
  }

  #rows() {
    const final = new FinalRows(new Map(this.#shadows.map(({ table, key }) => [table, key])));
    return { final, listener: { changed: final.add.bind(final), streamEnded: final.endStream.bind(final) } };
  }

  #progress(step: RebuildProgress['step'], events: number, through: number): void {
    this.#events += events;
    this.#options.onProgress?.({ step, events: this.#events, through });
  }

  async #copy(changes: ReadonlyMap<string, readonly RowChange[]>): Promise<void> {
    for (const { table, columns } of this.#shadows) {
      let lines = '';
      for (const change of changes.get(table) ?? []) {
        if (change.op === 'upsert') lines += copyLine(change.row, columns);
      }
      const names = columns.map(({ name }) => quoted(name)).join(', ');
      if (lines !== '') await copyIn(this.#session, `COPY ${quoted(shadowOf(table))} (${names}) FROM STDIN`, lines);
    }
  }

  async #write(changes: ReadonlyMap<string, readonly RowChange[]>): Promise<void> {
    for (const [table, ofTable] of changes) {
      const rows = ofTable.map((change) => ({
        '#n': 1,
        '#op': change.op,
        ...(change.op === 'upsert' ? change.row : change.key),
      }));
      await this.#session.query(`SELECT "write_${shadowOf(table)}"($1::jsonb, ARRAY[NULL]::jsonb[])`, [
        JSON.stringify(rows),
      ]);
    }
  }
}
