import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { clientConfig } from '../database/connect.ts';
import { isConnectionLoss } from '../database/errors.ts';

/** A session without a sign of life for so long is given up, in milliseconds. */
const beatTimeoutMs = 5_000;

/**
 * The session that holds the places of a process: its statements run one after the other, for whoever asks. What it
 * holds is lost with it, and `lost` tells so at once.
 */
export class Session {
  /** Aborts when the session has ended. */
  readonly lost: AbortSignal;
  readonly #client: pg.Client;
  readonly #lose: (reason: Error) => void;
  #last: Promise<unknown> = Promise.resolve();
  #usedAt = performance.now();

  private constructor(client: pg.Client) {
    const lost = new AbortController();
    this.lost = lost.signal;
    this.#client = client;
    this.#lose = (reason) => lost.abort(reason);
    client.on('error', this.#lose);
    client.on('end', () => this.#lose(new Error('Connection terminated')));
  }

  /** Rejects when the database does not answer. */
  static async open(url: string, applicationName: string): Promise<Session> {
    const client = new pg.Client(
      clientConfig({
        url,
        applicationName,
        connectTimeoutMs: 5_000,
        statementTimeoutMs: 30_000,
        settings: {
          // A host that vanished would otherwise keep its places for hours.
          ...{ tcp_keepalives_idle: '10', tcp_keepalives_interval: '5', tcp_keepalives_count: '3' },
          // Checkpoints are hints: losing the last of them costs a second reading, not a flush to disk each time.
          synchronous_commit: 'off',
        },
      }),
    );
    const session = new Session(client);
    try {
      await client.connect();
    } catch (error) {
      await session.end();
      throw error;
    }
    return session;
  }

  query<Row extends pg.QueryResultRow>(
    query: string | pg.QueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>> {
    const config = typeof query === 'string' ? { text: query, values: values === undefined ? [] : [...values] } : query;
    const answer = this.#last.then(() => {
      this.lost.throwIfAborted();
      return this.#client.query<Row>(config);
    });
    this.#last = answer.then(
      () => {
        this.#usedAt = performance.now();
      },
      (error: Error) => {
        if (isConnectionLoss(error)) this.#lose(error);
      },
    );
    return answer;
  }

  /** Asks for a sign of life when nothing was heard for so long; without one the session is lost. */
  async beat(everyMs: number): Promise<void> {
    if (performance.now() - this.#usedAt < everyMs) return;
    const query = { text: 'SELECT 1', query_timeout: beatTimeoutMs };
    await this.query(query).catch((error: Error) => this.#lose(error));
  }

  /** Frees its places; a server that does not answer is not waited for. */
  async end(): Promise<void> {
    this.#lose(new Error('the session was ended'));
    await Promise.race([this.#client.end(), delay(1_000, undefined, { ref: false })]).catch(() => undefined);
  }
}
