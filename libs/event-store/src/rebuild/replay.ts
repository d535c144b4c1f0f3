import { setImmediate as turn } from 'node:timers/promises';
import type { Command, DomainEvent } from '@aftertone/kernel';
import type pg from 'pg';
import type { KeyRing } from '../sealing/keks.ts';
import { Decoder, dataColumns, fromEvents, type StoredData } from '../store/decode.ts';
import type { Aggregate, EventMeta, RecordedEvent } from '../types.ts';
import { isoTime } from './session.ts';

/** Any kind of stream: what replays only needs to fold. */
export type AnyAggregate = Aggregate<unknown, Command, DomainEvent>;

/** One command's part of a stream, with the states around it. */
export interface ReplayedChange {
  aggregate: AnyAggregate;
  before: unknown;
  after: unknown;
  events: readonly RecordedEvent[];
}

interface StreamSoFar {
  aggregate: AnyAggregate;
  tenantId: string;
  streamId: string;
  state: unknown;
}

export interface ReplayListener {
  /** In the order of the stream. */
  changed(change: ReplayedChange): void;
  /** All changes of a stream were told. */
  streamEnded?(): void;
}

/** Folds events that come stream by stream, and gives what each command changed. */
export class Replay {
  readonly #aggregates: ReadonlyMap<string, AnyAggregate>;
  readonly #listener: ReplayListener;
  #stream: StreamSoFar | null = null;
  #pending: RecordedEvent[] = [];
  #pendingFacts = '';

  constructor(aggregates: readonly AnyAggregate[], listener: ReplayListener) {
    this.#aggregates = new Map(aggregates.map((aggregate) => [aggregate.type, aggregate]));
    this.#listener = listener;
  }

  /**
   * @param kind type of the stream that the event is of
   * @param facts what all events of one command have in common: they lie side by side in the log
   */
  add(kind: string, facts: string, event: RecordedEvent): void {
    if (this.#stream?.streamId !== event.streamId || this.#stream.tenantId !== event.tenantId) {
      this.flush();
      const aggregate = this.#aggregates.get(kind);
      if (aggregate === undefined) throw new Error(`no aggregate is given for streams of type ${kind}`);
      const { tenantId, streamId } = event;
      this.#stream = { aggregate, tenantId, streamId, state: aggregate.decider.initialState };
    } else if (facts !== this.#pendingFacts || event.position !== (this.#pending.at(-1)?.position ?? 0) + 1) {
      this.#close();
    }
    this.#pending.push(event);
    this.#pendingFacts = facts;
  }

  /** The stream at hand is complete. */
  flush(): void {
    if (this.#stream === null) return;
    this.#close();
    this.#stream = null;
    this.#listener.streamEnded?.();
  }

  #close(): void {
    const stream = this.#stream;
    // Types that this version does not know change nothing, as in `load`.
    const events = this.#pending.filter(({ type }) => stream !== null && Object.hasOwn(stream.aggregate.codecs, type));
    this.#pending = [];
    if (stream === null || events.length === 0) return;
    const before = stream.state;
    stream.state = events.reduce((state, event) => stream.aggregate.decider.evolve(state, event), before);
    this.#listener.changed({ aggregate: stream.aggregate, before, after: stream.state, events });
  }
}

export interface ReplayPlan {
  replay: Replay;
  aggregates: readonly AnyAggregate[];
  /** Events up to and with this position. */
  through: number;
  /** Events, or touched streams, read at once. */
  pageSize: number;
}

/** An event without its stamps: no fold asks for them. */
interface Row extends StoredData {
  position: number;
  tenant_id: string;
  stream_id: string;
  kind: string;
  meta: string;
  at: string;
}

type AfterPage = (events: number) => Promise<void>;

const selectSql = `SELECT ${dataColumns}, e.position, e.tenant_id, e.stream_id, e.meta::text AS meta, e.at, s.type AS kind
  ${fromEvents} JOIN stream s ON s.tenant_id = e.tenant_id AND s.stream_id = e.stream_id`;
const orderSql = 'ORDER BY e.tenant_id, e.stream_id, e.version';

/**
 * Folds all streams of the aggregates: their events are read stream by stream, in pages, the next one while this one is
 * folded and `afterPage` is under way.
 *
 * @param session a `longSession`
 */
export async function replayAll(
  session: pg.ClientBase,
  ring: KeyRing,
  { replay, aggregates, through, pageSize }: ReplayPlan,
  afterPage: AfterPage,
): Promise<void> {
  const kinds = aggregates.map(({ type }) => type);
  const read = async (after: Pick<Row, 'tenant_id' | 'stream_id' | 'version'>): Promise<Row[]> => {
    const { rows } = await session.query<Row>({
      name: 'replay-all',
      text: `${selectSql}
             WHERE s.type = ANY ($1) AND (e.tenant_id, e.stream_id, e.version) > ($2, $3, $4) AND e.position <= $5
             ${orderSql} LIMIT $6`,
      values: [kinds, after.tenant_id, after.stream_id, after.version, through, pageSize],
    });
    return rows;
  };
  let next = read({ tenant_id: '00000000-0000-0000-0000-000000000000', stream_id: '', version: 0 });
  for (let isLast = false; !isLast; ) {
    const rows = await next;
    const last = rows.at(-1);
    isLast = last === undefined || rows.length < pageSize;
    if (last !== undefined && !isLast) {
      next = read(last);
      next.catch(() => undefined); // awaited in the next round, if there is one
    }
    await addAll(replay, ring, aggregates, rows);
    if (isLast) replay.flush();
    await afterPage(rows.length);
  }
}

/** Folds the streams of the aggregates that have events after a position, from their beginning. */
export async function replayTouched(
  session: pg.ClientBase,
  ring: KeyRing,
  { replay, aggregates, through, pageSize, touchedAfter }: ReplayPlan & { touchedAfter: number },
  afterPage: AfterPage,
): Promise<void> {
  const { rows: touched } = await session.query<Pick<Row, 'tenant_id' | 'stream_id'>>(
    `SELECT DISTINCT e.tenant_id, e.stream_id FROM event e
     JOIN stream s ON s.tenant_id = e.tenant_id AND s.stream_id = e.stream_id
     WHERE e.position > $1 AND e.position <= $2 AND s.type = ANY ($3)`,
    [touchedAfter, through, aggregates.map(({ type }) => type)],
  );
  for (let first = 0; first < touched.length; first += pageSize) {
    const page = touched.slice(first, first + pageSize);
    const { rows } = await session.query<Row>({
      name: 'replay-touched',
      text: `${selectSql}
             JOIN unnest($1::uuid[], $2::text[]) AS x(tenant_id, stream_id)
               ON x.tenant_id = e.tenant_id AND x.stream_id = e.stream_id
             WHERE e.position <= $3 ${orderSql}`,
      values: [page.map(({ tenant_id }) => tenant_id), page.map(({ stream_id }) => stream_id), through],
    });
    await addAll(replay, ring, aggregates, rows);
    replay.flush();
    await afterPage(rows.length);
  }
}

/** Events folded in one go: other work of this process has its turn in between. */
const atOnce = 250;

async function addAll(
  replay: Replay,
  ring: KeyRing,
  aggregates: readonly AnyAggregate[],
  rows: readonly Row[],
): Promise<void> {
  const codecs = new Map(aggregates.map((aggregate) => [aggregate.type, aggregate.codecs]));
  const decoder = new Decoder(ring);
  for (let first = 0; first < rows.length; first += atOnce) {
    for (const row of rows.slice(first, first + atOnce)) {
      replay.add(row.kind, `${row.at} ${row.meta}`, {
        position: row.position,
        tenantId: row.tenant_id,
        streamId: row.stream_id,
        version: row.version,
        id: row.event_id,
        type: row.type,
        data: decoder.data(row.tenant_id, row, codecs.get(row.kind)?.[row.type]),
        meta: JSON.parse(row.meta) as EventMeta,
        stamps: {},
        at: isoTime(row.at),
      });
    }
    await turn();
  }
}
