import { Gathering, isId } from '@aftertone/kernel';
import type pg from 'pg';
import { openPool } from '../database/connect.ts';
import { asStoreError, isUnavailable } from '../database/errors.ts';
import { readerRole, tenantSetting } from '../schema/tenancy.sql.ts';
import type { ReaderOptions } from './reader.ts';

/** A query that is read often and finds few rows. The name always means the same text: it is planned once per session. */
export interface Reading {
  name: string;
  text: string;
}

interface Asked {
  reading: Reading;
  tenantId: string;
  values: readonly unknown[];
}

type Rows = Record<string, unknown>[];

const mostAtOnce = 64;
/** What follows a statement that failed, in its transaction. */
const inFailedTransaction = '25P02';

const failedWithAnother = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === inFailedTransaction;

/**
 * Short reads on behalf of tenants, in the role and under the row-level security of `asTenant`. What is asked in one turn,
 * or while others are read, goes to the database as one transaction in one round trip, and the same question once.
 */
export class TenantReads {
  readonly #pool: pg.Pool;
  readonly #gathering: Gathering<Asked, Rows>;

  /** @throws Error when the sessions would not be bound by row-level security */
  static async open(url: string, options: ReaderOptions = {}): Promise<TenantReads> {
    const reads = new TenantReads(url, options);
    try {
      const { rows } = await reads.#pool.query<{ who: string }>('SELECT current_user AS who');
      if (rows[0]?.who !== readerRole)
        throw new Error(`reading sessions run as ${rows[0]?.who} and not as ${readerRole}`);
      return reads;
    } catch (error) {
      await reads.close();
      throw error;
    }
  }

  private constructor(url: string, options: ReaderOptions) {
    const statementTimeoutMs = options.statementTimeoutMs ?? 4_000;
    const sessions = options.poolSize ?? 2;
    this.#pool = openPool({
      url,
      applicationName: options.applicationName ?? 'aftertone-reads',
      connectTimeoutMs: options.connectTimeoutMs ?? 2_000,
      statementTimeoutMs,
      settings: {
        role: readerRole,
        default_transaction_read_only: 'on',
        idle_in_transaction_session_timeout: String(statementTimeoutMs),
      },
      max: sessions,
      pipeline: true,
    });
    this.#gathering = new Gathering({
      key: ({ reading, tenantId, values }) => JSON.stringify([reading.name, tenantId, values]),
      ask: (batch) => this.#readBatch(batch),
      most: mostAtOnce,
      atOnce: sessions,
    });
  }

  /**
   * Rows that are not older than the question. Who asks the same at the same time gets the same rows: they are not to be
   * changed.
   *
   * @throws DomainError unavailable `store-unavailable` when the database does not answer
   */
  rows<Row>(reading: Reading, tenantId: string, values: readonly unknown[]): Promise<readonly Row[]> {
    if (!isId(tenantId)) throw new Error('a tenant id is a GUID');
    return this.#gathering.ask({ reading, tenantId, values }) as Promise<Row[]>;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #readBatch(batch: readonly Asked[]): readonly Promise<Rows>[] {
    const session = this.#pool.connect();
    const answers = batch.map((asked) => ({ asked, rows: Promise.withResolvers<Rows>() }));
    session.then(
      async (client) => {
        const ends = await Promise.allSettled(send(client, batch));
        const lost = ends.find((end) => end.status === 'rejected' && isUnavailable(end.reason));
        // A session that does not answer would keep its next user waiting.
        client.release(lost !== undefined);
        ends.forEach((end, n) => {
          const answer = answers[n];
          if (end.status === 'fulfilled') answer?.rows.resolve(end.value);
          else if (answer && failedWithAnother(end.reason)) answer.rows.resolve(this.#again(answer.asked));
          else answer?.rows.reject(asStoreError(end.reason));
        });
      },
      (error: unknown) => {
        for (const { rows } of answers) rows.reject(asStoreError(error));
      },
    );
    return answers.map(({ rows }) => rows.promise);
  }

  /** One by itself, after another one of its batch has failed. */
  async #again(asked: Asked): Promise<Rows> {
    const [rows] = this.#readBatch([asked]);
    return rows ?? [];
  }
}

/** Sends the whole transaction at once; the answers are those of the batch, in its order. */
const send = (client: pg.PoolClient, batch: readonly Asked[]): Promise<Rows>[] => {
  const around: Promise<unknown>[] = [];
  let tenant: string | undefined;
  const rows = batch.map(({ reading: { name, text }, tenantId, values }) => {
    // The ids were checked, and SET takes no parameters.
    const setting = `SET LOCAL ${tenantSetting} = '${tenantId}'`;
    if (tenant === undefined) around.push(client.query(`BEGIN READ ONLY; ${setting}`));
    else if (tenant !== tenantId) around.push(client.query(setting));
    tenant = tenantId;
    return client.query({ name, text, values: [...values] }).then((result): Rows => result.rows);
  });
  const committed = client.query('COMMIT');
  // A failure of these is one of the reads' as well.
  for (const one of [...around, committed]) one.catch(() => undefined);
  return rows.map(async (one) => {
    const found = await one;
    await committed;
    return found;
  });
};
