import { asStoreError, type RowChange } from '@aftertone/event-store';
import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { Ground } from '../../ground/ground.ts';

export const pinTable = 'mailbox_pin';

const triesAllowed = 5;
const lockMinutes = 15;

/** What became of asking for a try. A reserved try counts as a wrong one until the PIN turns out to be right. */
export type PinTry =
  | { outcome: 'no-pin' }
  | { outcome: 'locked'; retryAfterSeconds: number }
  /** `lockedUntil`: this is the last try before the lock, which holds already. */
  | { outcome: 'reserved'; hash: string; lockedUntil: Date | null };

export const pinSet = (tenantId: string, mailboxId: string, hash: string): RowChange => ({
  table: pinTable,
  op: 'upsert',
  row: { tenant_id: tenantId, mailbox_id: mailboxId, hash, tries: 0, locked_until: null },
});

export const pinGone = (tenantId: string, mailboxId: string): RowChange => ({
  table: pinTable,
  op: 'delete',
  key: { tenant_id: tenantId, mailbox_id: mailboxId },
});

/** The tries at PINs. Times are the database's, one clock for all processes. */
export class PinCredentials {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /**
   * Takes one of the tries before anything is compared, so that guesses in parallel, here or in other processes, get
   * no more than the allowed number, and a crash between try and answer gives none back.
   */
  async reserveTry(tenantId: string, mailboxId: string): Promise<PinTry> {
    const { rows } = await this.query<{ hash: string; locked_until: Date | null }>({
      name: 'reserve-pin-try',
      text: `UPDATE ${pinTable} SET
          tries = CASE WHEN locked_until IS NULL THEN tries + 1 ELSE 1 END,
          locked_until = CASE WHEN locked_until IS NULL AND tries + 1 >= $3 THEN now() + $4 * interval '1 minute' END
        WHERE tenant_id = $1 AND mailbox_id = $2 AND (locked_until IS NULL OR locked_until <= now())
        RETURNING hash, locked_until`,
      values: [tenantId, mailboxId, triesAllowed, lockMinutes],
    });
    const [reserved] = rows;
    if (reserved) return { outcome: 'reserved', hash: reserved.hash, lockedUntil: reserved.locked_until };
    const locked = await this.query<{ seconds: number }>({
      name: 'pin-lock',
      text: `SELECT greatest(1, ceil(extract(epoch FROM locked_until - now())))::int AS seconds FROM ${pinTable}
        WHERE tenant_id = $1 AND mailbox_id = $2`,
      values: [tenantId, mailboxId],
    });
    const [row] = locked.rows;
    return row === undefined ? { outcome: 'no-pin' } : { outcome: 'locked', retryAfterSeconds: row.seconds };
  }

  /** The try was right: all tries are given back. Not when the PIN was replaced meanwhile: its tries are its own. */
  async accept(tenantId: string, mailboxId: string, hash: string): Promise<void> {
    await this.query({
      name: 'accept-pin',
      text: `UPDATE ${pinTable} SET tries = 0, locked_until = NULL
        WHERE tenant_id = $1 AND mailbox_id = $2 AND hash = $3`,
      values: [tenantId, mailboxId, hash],
    });
  }

  private async query<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>> {
    return this.ground.store.pool.query<Row>(statement).catch((error: unknown) => {
      throw asStoreError(error);
    });
  }
}
