import pg from 'pg';
import { clientConfig } from '../database/connect.ts';
import { isConnectionLoss } from '../database/errors.ts';
import type { Stamps } from '../types.ts';
import { ArrayWriter } from './array-writer.ts';
import { type BatchAnswer, outcomesOf } from './batch.ts';
import { judgedBatch } from './judged-batch.ts';
import type { AppendOutcome, AppendRequest } from './request.ts';
import { type WholeAnswer, WholeBatch, wholeParameters } from './whole-batch.ts';
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
  readonly #arrays = new ArrayWriter();
  #client: pg.Client | null = null;

  constructor(options: LaneConnectionOptions) {
    this.#options = options;
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
    return (requests.every(({ plain }) => plain) ? await this.#whole(requests) : null) ?? this.#judged(requests);
  }

  /** Null: somebody does not pass, and nothing is written. */
  async #whole(requests: readonly WireRequest[]): Promise<AppendOutcome[] | null> {
    const batch = new WholeBatch(requests);
    this.#arrays.reset();
    const { rows } = await this.#run<{ answer: WholeAnswer | null }>({
      name: 'append-whole',
      text: `SELECT append_whole(${wholeParameters}) AS answer`,
      values: batch.parameters(this.#arrays),
    });
    const answer = rows[0]?.answer ?? null;
    return answer === null ? null : batch.outcomes(answer);
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
