import pg from 'pg';
import { clientConfig } from '../database/connect.ts';
import { isUnavailable } from '../database/errors.ts';
import { appendLock } from '../schema/append.sql.ts';
import type { EventStore } from '../store/store.ts';
import type { RowChange } from '../types.ts';
import { type AnyAggregate, Replay, type ReplayedChange, replayAll, replayTouched } from './replay.ts';
import { dropShadow, makeShadow, shadowOf, swapShadow } from './shadow-table.ts';

export interface RebuildOptions {
  store: EventStore;
  /** Every kind of stream whose `effects` write to the tables. */
  aggregates: readonly AnyAggregate[];
  /** Read models to rebuild. Their rows come from `effects` alone, and each row from one stream. */
  tables: readonly string[];
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
  const session = new pg.Client(
    clientConfig({
      url: store.url,
      applicationName: 'aftertone rebuild',
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 0,
    }),
  );
  session.on('error', () => undefined); // shows in the next statement
  await session.connect();
  try {
    const { rows } = await session.query<{ alone: boolean }>('SELECT pg_try_advisory_lock($1) AS alone', [rebuildLock]);
    if (rows[0]?.alone !== true) throw new Error('a rebuild is running already');
    for (const table of tables) await makeShadow(session, table);
    try {
      await new Rebuild(options, session).run();
    } catch (error) {
      for (const table of tables) await dropShadow(session, table);
      throw error;
    }
  } finally {
    await session.end();
  }
}

class Rebuild {
  readonly #options: RebuildOptions;
  readonly #session: pg.Client;
  readonly #changes = new Map<string, RowChange[]>();
  #events = 0;
  /** Everything up to here is in the fresh tables. */
  #done = 0;

  constructor(options: RebuildOptions, session: pg.Client) {
    this.#options = options;
    this.#session = session;
  }

  async run(): Promise<void> {
    await this.#fold('fold', await this.#head());
    for (let head = await this.#head(); head - this.#done > fewEvents; head = await this.#head()) {
      await this.#fold('catch-up', head, this.#done);
    }
    for (const table of this.#options.tables) await this.#session.query(`ANALYZE "${shadowOf(table)}"`);
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
      await this.#fold('swap', await this.#head(), this.#done);
      for (const table of this.#options.tables) await swapShadow(session, table);
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

  /** @param touchedAfter only streams with events after this position; all when it is not given */
  async #fold(step: RebuildProgress['step'], through: number, touchedAfter?: number): Promise<void> {
    const { aggregates, store, pageSize = 5_000, onProgress } = this.#options;
    const replay = new Replay(aggregates, (change) => this.#collect(change));
    const plan = { replay, aggregates, through };
    const afterPage = async (events: number): Promise<void> => {
      await this.#write();
      this.#events += events;
      onProgress?.({ step, events: this.#events, through });
    };
    if (touchedAfter === undefined) {
      await replayAll(this.#session, store.ring, { ...plan, pageSize }, afterPage);
    } else {
      await replayTouched(this.#session, store.ring, { ...plan, pageSize: touchedPage, touchedAfter }, afterPage);
    }
    this.#done = through;
  }

  #collect({ aggregate, before, after, events }: ReplayedChange): void {
    const last = events.at(-1);
    if (last === undefined || aggregate.effects === undefined) return;
    const { tenantId, streamId, version, meta, at } = last;
    const id = streamId.slice(aggregate.type.length + 1);
    const { rows = [] } = aggregate.effects(before, after, events, { tenantId, id, streamId, version, meta, at });
    for (const row of rows) {
      if (!this.#options.tables.includes(row.table)) continue;
      const tenant = { tenant_id: tenantId };
      const change: RowChange =
        row.op === 'upsert' ? { ...row, row: { ...row.row, ...tenant } } : { ...row, key: { ...row.key, ...tenant } };
      const changes = this.#changes.get(row.table);
      if (changes === undefined) this.#changes.set(row.table, [change]);
      else changes.push(change);
    }
  }

  async #write(): Promise<void> {
    for (const [table, changes] of this.#changes) {
      const rows = changes.map((change) => ({
        '#n': 1,
        '#op': change.op,
        ...(change.op === 'upsert' ? change.row : change.key),
      }));
      await this.#session.query(`SELECT "write_${shadowOf(table)}"($1::jsonb, ARRAY[NULL]::jsonb[])`, [
        JSON.stringify(rows),
      ]);
    }
    this.#changes.clear();
  }
}
