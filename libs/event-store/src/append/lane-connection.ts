import pg from 'pg';
import { clientConfig } from '../database/connect.ts';
import { isConnectionLoss } from '../database/errors.ts';
import { feedsDiffer } from '../schema/append-foreseen.sql.ts';
import type { Stamps } from '../types.ts';
import { ArrayWriter } from './array-writer.ts';
import { type BatchAnswer, outcomesOf } from './batch.ts';
import { ForeseenBatch, foreseenParameters } from './foreseen-batch.ts';
import { feedsAfter, foreseeFeeds } from './foreseen-feeds.ts';
import { judgedBatch } from './judged-batch.ts';
import type { KnownFeed, KnownFeeds } from './known-feeds.ts';
import type { AppendOutcome, AppendRequest } from './request.ts';
import type { WireRequest } from './wire.ts';

export interface LaneConnectionOptions {
  url: string;
  applicationName: string;
  connectTimeoutMs: number;
  statementTimeoutMs: number;
  lockTimeoutMs: number;
}

/** The lane's own session: opened when it is needed, thrown away when anything about it is in doubt. */
export class LaneConnection {
  readonly #options: LaneConnectionOptions;
  readonly #known: KnownFeeds;
  readonly #arrays = new ArrayWriter();
  #client: pg.Client | null = null;

  /** @param known shared by the sessions of a lane */
  constructor(options: LaneConnectionOptions, known: KnownFeeds) {
    this.#options = options;
    this.#known = known;
  }

  get isOpen(): boolean {
    return this.#client !== null;
  }

  async open(): Promise<void> {
    if (this.#client !== null) return;
    const client = new pg.Client(
      clientConfig({
        ...this.#options,
        settings: {
          lock_timeout: String(this.#options.lockTimeoutMs),
          idle_in_transaction_session_timeout: String(this.#options.statementTimeoutMs),
          // The function's plans are made once, and of index look-ups only: one made while a table was still small
          // would read the whole of it when it has grown.
          plan_cache_mode: 'force_generic_plan',
          enable_seqscan: 'off',
          enable_hashjoin: 'off',
          enable_mergejoin: 'off',
          jit: 'off',
        },
      }),
    );
    const forget = (): void => {
      if (this.#client === client) this.#client = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    await client.connect();
    this.#client = client;
  }

  /** Answers in the order of the requests. Rejects when the batch as a whole failed; then nothing of it is written. */
  async append(requests: readonly WireRequest[]): Promise<AppendOutcome[]> {
    const outcomes = requests.every(({ plain }) => plain) ? await this.#foreseen(requests) : null;
    if (outcomes !== null) return outcomes;
    this.#known.forget(requests);
    return this.#judged(requests);
  }

  /** Null: somebody does not pass, or something is not as expected, and nothing is written. */
  async #foreseen(requests: readonly WireRequest[]): Promise<AppendOutcome[] | null> {
    const known = this.#known;
    if (!(await known.make(requests, (tenants, feeds) => this.#feeds(tenants, feeds)))) return null;
    const feeds = foreseeFeeds(requests, known);
    if (feeds === null) return null;
    const batch = new ForeseenBatch(requests, feeds);
    this.#arrays.reset();
    const values = batch.parameters(this.#arrays);
    // The other session may build on this one before it is answered: if it fails, so does that one.
    known.foresee(feedsAfter(feeds));
    let head: number | null = null;
    try {
      const { rows } = await this.#run<{ head: number | null }>({
        name: 'append-foreseen',
        text: `SELECT append_foreseen(${foreseenParameters}) AS head`,
        values,
      });
      head = rows[0]?.head ?? null;
    } finally {
      if (head === feedsDiffer) known.distrust(requests);
      else if (head === null) known.forget(requests);
    }
    return head === null || head === feedsDiffer ? null : batch.outcomes(head);
  }

  async #feeds(tenants: readonly string[], feeds: readonly string[]): Promise<KnownFeed[]> {
    const { rows } = await this.#run<Omit<KnownFeed, 'accessJson'>>({
      name: 'known-feeds',
      text: `SELECT d.tenant_id AS tenant, d.feed_id AS feed, d.open, d.access, to_jsonb(d.limits) AS limits, d.revision,
               d.sequence, to_jsonb(d.counters) AS counters
             FROM unnest($1::uuid[], $2::text[]) AS x(tenant, feed)
             JOIN feed d ON d.tenant_id = x.tenant AND d.feed_id = x.feed`,
      values: [tenants, feeds],
    });
    return rows.map((row) => ({ ...row, accessJson: JSON.stringify(row.access) }));
  }

  async #judged(requests: readonly WireRequest[]): Promise<AppendOutcome[]> {
    const { rows } = await this.#run<{ answer: BatchAnswer }>({
      name: 'append-batch',
      text: 'SELECT append_batch($1::jsonb) AS answer',
      values: [judgedBatch(requests)],
    });
    const [row] = rows;
    if (row === undefined) throw new Error('append_batch gave no answer');
    return outcomesOf(requests, row.answer);
  }

  /** The outcome of a request that is in the log already, recognised by the ids of its events; null when it is not. */
  async find(request: AppendRequest): Promise<AppendOutcome | null> {
    if (request.events.length === 0) return null;
    const { rows } = await this.#run<{ position: number; stamps: Stamps }>({
      text: `SELECT position, stamps FROM event
             WHERE tenant_id = $1 AND stream_id = $2 AND version > $3 AND event_id = ANY ($4::uuid[]) ORDER BY version`,
      values: [request.tenantId, request.streamId, request.expectedVersion, request.events.map((event) => event.id)],
    });
    const [first] = rows;
    if (first === undefined) return null;
    return { is: 'appended', position: first.position, stamps: rows.map((row) => row.stamps) };
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  async #run<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    const client = this.#client;
    if (client === null) throw new Error('Connection terminated: the append lane has no session');
    try {
      return await client.query<Row>(query);
    } catch (error) {
      if (isConnectionLoss(error)) {
        this.#client = null;
        // A server that has stopped answering does not answer a farewell either: nobody waits for it.
        client.end().catch(() => undefined);
      }
      throw error;
    }
  }
}
