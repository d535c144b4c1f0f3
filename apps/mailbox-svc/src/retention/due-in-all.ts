import { asStoreError } from '@aftertone/event-store';
import type { Pool } from 'pg';
import { type Due, dueMessages, type Search } from './due.query.ts';
import { type Ask, type RuledMailbox, ruledMailboxes, type Scope } from './ruled-mailboxes.query.ts';
import { cutoffsOf } from './rules.ts';

const mailboxesAtOnce = 100;
/** Of one stage in one mailbox. */
const messagesAtOnce = 50;
const untoldAtOnce = 1_000;

/** Statements without a tenant's bounds. */
export const asker =
  (pool: Pool): Ask =>
  async <Row>(text: string, values: unknown[]): Promise<Row[]> => {
    const { rows } = await pool.query(text, values).catch((error: unknown) => {
      throw asStoreError(error);
    });
    return rows as Row[];
  };

/**
 * Everything whose time has come, of all tenants, a bounded number at a time. What is skipped does not come again, so whoever
 * takes it away may leave some of it.
 */
export async function* dueInAll(
  pool: Pool,
  { now, scope = {}, signal }: { now: Date; scope?: Scope; signal?: AbortSignal },
): AsyncGenerator<Due[]> {
  const ask = asker(pool);
  for (let after: RuledMailbox | undefined; ; ) {
    const boxes = await ruledMailboxes(ask, scope, { after, limit: mailboxesAtOnce });
    let searches: Search[] = boxes.flatMap(({ tenantId, mailboxId, retention }) =>
      cutoffsOf(retention, now).map((cutoff) => ({ ...cutoff, tenantId, mailboxId, after: null })),
    );
    while (searches.length > 0 && signal?.aborted !== true) {
      const { due, open } = await dueMessages(ask, searches, messagesAtOnce);
      if (due.length > 0) yield due;
      searches = open;
    }
    after = boxes.at(-1);
    if (after === undefined || signal?.aborted === true) return;
  }
}

/**
 * Gives every message the time from which its stage counts that has none: of before there was one, or written by a process of
 * the version before. What was thrown away counts from now on, as nothing else tells when that was.
 */
export const tellUntold = async (pool: Pool): Promise<void> => {
  for (let told = untoldAtOnce; told === untoldAtOnce; ) {
    const { rowCount } = await pool.query(
      `UPDATE message m SET stage_since = date_trunc('milliseconds',
         CASE WHEN m.deleted OR m.folder = 'trash' THEN now() ELSE least(now(), greatest(m.received_at, m.heard_at)) END)
       FROM (
         SELECT tenant_id, id FROM message WHERE stage_since IS NULL ORDER BY tenant_id, id LIMIT $1 FOR UPDATE SKIP LOCKED
       ) untold
       WHERE m.tenant_id = untold.tenant_id AND m.id = untold.id`,
      [untoldAtOnce],
    );
    told = rowCount ?? 0;
  }
};
