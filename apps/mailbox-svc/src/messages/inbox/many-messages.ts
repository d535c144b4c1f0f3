import { newId } from '@aftertone/kernel';
import type pg from 'pg';

export interface ManyMessages {
  tenantId: string;
  /** The mailbox with most of the messages, which is there. */
  mailboxId: string;
  messages: number;
  /** Of all the tenant's messages; the others are in 100 further mailboxes. */
  inMailbox: number;
  /** The messages of that mailbox are heard by nobody. */
  unheard?: boolean;
}

/** One in so many is in each of the rare folders, states, … that lists ask for. */
const rare = 2_000;

/** Rows of one statement: it has little time. */
const atOnce = 4_000;

const insert = `INSERT INTO message (tenant_id, id, mailbox_id, folder, heard_at, urgent, confidential, caller_number, received_at,
       content, state, assignee_user_id, deleted, version)
     SELECT $1, gen_random_uuid(),
       CASE WHEN n <= $4 THEN $2::uuid ELSE ($3::uuid[])[1 + n % 100] END,
       CASE n % ${rare} WHEN 1 THEN 'inbox' WHEN 2 THEN 'trash' ELSE 'saved' END,
       CASE WHEN n % ${rare} = 3 OR ($7 AND n <= $4) THEN NULL ELSE now() END, n % ${rare} = 4, false, '+331' || n % ${rare},
       now() - n * interval '1 second', '{"type": "none"}',
       CASE n % ${rare} WHEN 5 THEN NULL WHEN 6 THEN 'claimed' ELSE 'done' END,
       CASE n % ${rare} WHEN 6 THEN $2::uuid END, false, 1
     FROM generate_series($5::integer, $6::integer) AS n`;

/** As deposits would have counted, see `contribution.ts`; in the order of its counters. */
const count = `UPDATE feed SET counters = n.counters
     FROM (SELECT ARRAY[
         count(*) FILTER (WHERE folder = 'inbox' AND heard_at IS NULL), count(*) FILTER (WHERE folder = 'saved'),
         count(*) FILTER (WHERE folder = 'inbox' AND heard_at IS NOT NULL), count(*) FILTER (WHERE folder = 'trash'),
         count(*) FILTER (WHERE urgent AND folder = 'inbox' AND heard_at IS NULL),
         count(*) FILTER (WHERE urgent AND (folder = 'saved' OR folder = 'inbox' AND heard_at IS NOT NULL)),
         coalesce(sum((content ->> 'durationMs')::bigint) FILTER (WHERE folder <> 'trash'), 0)::bigint,
         count(*) FILTER (WHERE folder <> 'trash')
       ] AS counters
       FROM message WHERE tenant_id = $1 AND mailbox_id = $2 AND NOT deleted) AS n
     WHERE tenant_id = $1 AND feed_id = $2::text`;

/**
 * Writes the rows of many messages of one tenant straight into what lists read, and counts those of the one mailbox: no
 * events, for plans and reading times only. Nearly all are alike (heard, saved, done, not urgent) and old ones are as likely to be different as new ones.
 */
export const writeManyMessages = async (pool: pg.Pool, many: ManyMessages): Promise<void> => {
  const { tenantId, mailboxId, messages, inMailbox, unheard = false } = many;
  const others = Array.from({ length: 100 }, () => newId());
  await pool.query(
    `INSERT INTO mailbox
     SELECT (jsonb_populate_record(m, jsonb_build_object('id', o.id, 'number', 'm' || o.n))).*
     FROM mailbox m, unnest($3::uuid[]) WITH ORDINALITY AS o (id, n) WHERE m.tenant_id = $1 AND m.id = $2`,
    [tenantId, mailboxId, others],
  );
  for (let first = 1; first <= messages; first += atOnce) {
    const last = Math.min(first + atOnce - 1, messages);
    await pool.query(insert, [tenantId, mailboxId, others, inMailbox, first, last, unheard]);
  }
  await pool.query(count, [tenantId, mailboxId]);
  await pool.query('ANALYZE');
};
