import type { Command, DomainEvent } from '@aftertone/kernel';
import type pg from 'pg';
import type { KeyRing } from '../sealing/keks.ts';
import { Decoder, fromEvents, recordColumns, type StoredRecord } from '../store/decode.ts';
import type { Aggregate, RecordedEvent } from '../types.ts';

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

/** Folds events that come stream by stream, and gives what each command changed. */
export class Replay {
  readonly #aggregates: ReadonlyMap<string, AnyAggregate>;
  readonly #emit: (change: ReplayedChange) => void;
  #stream: StreamSoFar | null = null;
  #pending: RecordedEvent[] = [];

  constructor(aggregates: readonly AnyAggregate[], emit: (change: ReplayedChange) => void) {
    this.#aggregates = new Map(aggregates.map((aggregate) => [aggregate.type, aggregate]));
    this.#emit = emit;
  }

  /** @param kind type of the stream that the event is of */
  add(kind: string, event: RecordedEvent): void {
    if (this.#stream?.streamId !== event.streamId || this.#stream.tenantId !== event.tenantId) {
      this.flush();
      const aggregate = this.#aggregates.get(kind);
      if (aggregate === undefined) throw new Error(`no aggregate is given for streams of type ${kind}`);
      const { tenantId, streamId } = event;
      this.#stream = { aggregate, tenantId, streamId, state: aggregate.decider.initialState };
    } else if (!sameCommand(this.#pending.at(-1), event)) {
      this.#close();
    }
    this.#pending.push(event);
  }

  /** The stream at hand is complete. */
  flush(): void {
    this.#close();
    this.#stream = null;
  }

  #close(): void {
    const stream = this.#stream;
    // Types that this version does not know change nothing, as in `load`.
    const events = this.#pending.filter(({ type }) => stream !== null && Object.hasOwn(stream.aggregate.codecs, type));
    this.#pending = [];
    if (stream === null || events.length === 0) return;
    const before = stream.state;
    stream.state = events.reduce((state, event) => stream.aggregate.decider.evolve(state, event), before);
    this.#emit({ aggregate: stream.aggregate, before, after: stream.state, events });
  }
}

/** Events of one command lie side by side in the log and carry the same facts. */
const sameCommand = (left: RecordedEvent | undefined, right: RecordedEvent): boolean =>
  left !== undefined &&
  right.position === left.position + 1 &&
  right.at === left.at &&
  JSON.stringify(right.meta) === JSON.stringify(left.meta);

export interface ReplayPlan {
  replay: Replay;
  aggregates: readonly AnyAggregate[];
  /** Events up to and with this position. */
  through: number;
  /** Events, or touched streams, read at once. */
  pageSize: number;
}

type Row = StoredRecord & { kind: string };
type AfterPage = (events: number) => Promise<void>;

const selectSql = `SELECT ${recordColumns}, s.type AS kind ${fromEvents}
  JOIN stream s ON s.tenant_id = e.tenant_id AND s.stream_id = e.stream_id`;
const orderSql = 'ORDER BY e.tenant_id, e.stream_id, e.version';

/** Folds all streams of the aggregates: their events are read stream by stream, in pages. */
export async function replayAll(
  session: pg.ClientBase,
  ring: KeyRing,
  { replay, aggregates, through, pageSize }: ReplayPlan,
  afterPage: AfterPage,
): Promise<void> {
  const kinds = aggregates.map(({ type }) => type);
  let after = { tenant_id: '00000000-0000-0000-0000-000000000000', stream_id: '', version: 0 };
  for (let isLast = false; !isLast; ) {
    const { rows } = await session.query<Row>({
      name: 'replay-all',
      text: `${selectSql}
             WHERE s.type = ANY ($1) AND (e.tenant_id, e.stream_id, e.version) > ($2, $3, $4) AND e.position <= $5
             ${orderSql} LIMIT $6`,
      values: [kinds, after.tenant_id, after.stream_id, after.version, through, pageSize],
    });
    addAll(replay, ring, aggregates, rows);
    after = rows.at(-1) ?? after;
    isLast = rows.length < pageSize;
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
    addAll(replay, ring, aggregates, rows);
    replay.flush();
    await afterPage(rows.length);
  }
}

function addAll(replay: Replay, ring: KeyRing, aggregates: readonly AnyAggregate[], rows: readonly Row[]): void {
  const codecs = new Map(aggregates.map((aggregate) => [aggregate.type, aggregate.codecs]));
  const decoder = new Decoder(ring);
  for (const row of rows) replay.add(row.kind, decoder.record(row, codecs.get(row.kind)?.[row.type]));
}
