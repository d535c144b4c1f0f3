import type pg from 'pg';
import { asStoreError } from '../database/errors.ts';
import type { KeyRing } from '../sealing/keks.ts';
import type { RecordedEvent } from '../types.ts';
import { type codecFinder, Decoder, fromEvents, recordColumns, type StoredRecord } from './decode.ts';

/** What reading the log needs: the pool, or a session. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(query: string | pg.QueryConfig): Promise<pg.QueryResult<Row>>;
}

export interface ReadLogOptions {
  tenantId: string;
  /** Events after this position; 0: from the first. */
  afterPosition: number;
  /** Up to and with this position, when given. */
  throughPosition?: number;
  limit: number;
}

/** Reads the log across streams, in order of position. Positions are in commit order: what is read never grows behind. */
export class LogReader {
  readonly #pool: pg.Pool;
  readonly #ring: KeyRing;
  readonly #codecOf: ReturnType<typeof codecFinder>;

  constructor(pool: pg.Pool, ring: KeyRing, codecOf: ReturnType<typeof codecFinder>) {
    this.#pool = pool;
    this.#ring = ring;
    this.#codecOf = codecOf;
  }

  /** One tenant's events. */
  readTenant({ tenantId, afterPosition, throughPosition, limit }: ReadLogOptions): Promise<RecordedEvent[]> {
    return this.#read(this.#pool, {
      name: 'read-tenant-log',
      text: `SELECT ${recordColumns} ${fromEvents}
             WHERE e.tenant_id = $1 AND e.position > $2 AND e.position <= $3 ORDER BY e.position LIMIT $4`,
      values: [tenantId, afterPosition, throughPosition ?? Number.MAX_SAFE_INTEGER, limit],
    });
  }

  /** Every tenant's events, for those who work through the whole log. */
  readAll(afterPosition: number, limit: number, on: Queryable = this.#pool): Promise<RecordedEvent[]> {
    return this.#read(on, {
      name: 'read-log',
      text: `SELECT ${recordColumns} ${fromEvents} WHERE e.position > $1 ORDER BY e.position LIMIT $2`,
      values: [afterPosition, limit],
    });
  }

  /** Position of the last event; 0 for an empty log. */
  async headPosition(on: Queryable = this.#pool): Promise<number> {
    try {
      const { rows } = await on.query<{ position: number }>('SELECT position FROM log_head');
      return rows[0]?.position ?? 0;
    } catch (error) {
      throw asStoreError(error);
    }
  }

  async #read(on: Queryable, query: pg.QueryConfig): Promise<RecordedEvent[]> {
    try {
      const { rows } = await on.query<StoredRecord>(query);
      const decoder = new Decoder(this.#ring);
      return rows.map((row) => decoder.record(row, this.#codecOf(row.stream_id, row.type)));
    } catch (error) {
      throw asStoreError(error);
    }
  }
}
