import type { Command, DomainEvent } from '@aftertone/kernel';
import type pg from 'pg';
import { asStoreError } from '../database/errors.ts';
import type { DataKey } from '../sealing/fields.ts';
import type { KeyRing } from '../sealing/keks.ts';
import type { Aggregate, HeldStream, RecordedEvent } from '../types.ts';
import { Decoder, dataColumns, fromEvents, recordColumns, type StoredData, type StoredRecord } from './decode.ts';
import type { StoreLogger } from './logger.ts';

export interface Loaded<State> {
  state: State;
  /** 0: the stream does not exist. */
  version: number;
}

export interface HistoryOptions {
  /** Events after this version; 0 unless told. */
  afterVersion?: number;
  limit: number;
}

/** Reads single streams. */
export class StreamReader {
  readonly #pool: pg.Pool;
  readonly #ring: KeyRing;
  readonly #logger: StoreLogger;
  readonly #reported = new Set<string>();

  constructor(pool: pg.Pool, ring: KeyRing, logger: StoreLogger) {
    this.#pool = pool;
    this.#ring = ring;
    this.#logger = logger;
  }

  async load<State, C extends Command, E extends DomainEvent>(
    aggregate: Aggregate<State, C, E>,
    tenantId: string,
    id: string,
  ): Promise<HeldStream<State>> {
    const streamId = `${aggregate.type}-${id}`;
    const rows = await this.#query<StoredData>({
      name: 'load-stream',
      text: `SELECT ${dataColumns} ${fromEvents} WHERE e.tenant_id = $1 AND e.stream_id = $2 ORDER BY e.version`,
      values: [tenantId, streamId],
    });
    const decoder = new Decoder(this.#ring);
    let state = aggregate.decider.initialState;
    let dataKey: DataKey | null = null;
    for (const row of rows) {
      if (!this.#knows(aggregate, row.type)) continue;
      const data = decoder.data(tenantId, row, aggregate.codecs[row.type]);
      state = aggregate.decider.evolve(state, { type: row.type, data } as E);
      dataKey = decoder.keyOf(tenantId, row) ?? dataKey;
    }
    return { state, version: rows.at(-1)?.version ?? 0, dataKey };
  }

  async history<State, C extends Command, E extends DomainEvent>(
    aggregate: Aggregate<State, C, E>,
    tenantId: string,
    id: string,
    { afterVersion = 0, limit }: HistoryOptions,
  ): Promise<Array<RecordedEvent<E>>> {
    const rows = await this.#query<StoredRecord>({
      name: 'stream-history',
      text: `SELECT ${recordColumns} ${fromEvents}
             WHERE e.tenant_id = $1 AND e.stream_id = $2 AND e.version > $3 ORDER BY e.version LIMIT $4`,
      values: [tenantId, `${aggregate.type}-${id}`, afterVersion, limit],
    });
    const decoder = new Decoder(this.#ring);
    const events: Array<RecordedEvent<E>> = [];
    for (const row of rows) {
      if (this.#knows(aggregate, row.type)) events.push(decoder.record<E>(row, aggregate.codecs[row.type]));
    }
    return events;
  }

  /**
   * A newer version of the service may already write events that this one does not know: they change nothing here, and
   * the log says so, once per type.
   */
  #knows<E extends DomainEvent>(
    { type: kind, codecs }: { type: string; codecs: Aggregate<never, Command, E>['codecs'] },
    type: string,
  ): type is E['type'] {
    if (Object.hasOwn(codecs, type)) return true;
    if (!this.#reported.has(`${kind}/${type}`)) {
      this.#reported.add(`${kind}/${type}`);
      this.#logger.warn(
        { kind, eventType: type },
        'stored events of a type this version does not know are passed over',
      );
    }
    return false;
  }

  async #query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<Row[]> {
    try {
      return (await this.#pool.query<Row>(query)).rows;
    } catch (error) {
      throw asStoreError(error);
    }
  }
}
