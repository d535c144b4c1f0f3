import { newId } from '@aftertone/kernel';
import type { QueryResultRow } from 'pg';

/** Anything of `pg` that runs statements. */
export interface Queryable {
  query<Row extends QueryResultRow>(text: string, values: unknown[]): Promise<{ rows: Row[] }>;
}

/**
 * `dead`: given up, waits for somebody. `replaying`: asked for, the consumer takes it up within seconds. `replayed`:
 * handled after all. `expired`: asked for, but the bus does not hold the event any more.
 */
export type DeadLetterState = 'dead' | 'replaying' | 'replayed' | 'expired';

/** An event that a consumer gave up. It refers to the event and holds none of its data. */
export interface DeadLetter {
  id: string;
  tenantId: string;
  /** Durable name. */
  consumer: string;
  eventId: string;
  eventType: string;
  subject: string;
  stream: string;
  /** Place in the stream when it was given up. */
  sequence: number;
  /** Place in the publishing service's log. */
  position: number;
  part: number;
  reason: string;
  /** How often it was tried, over all replays. */
  attempts: number;
  state: DeadLetterState;
  createdAt: Date;
  updatedAt: Date;
}

export type NewDeadLetter = Omit<DeadLetter, 'id' | 'state' | 'createdAt' | 'updatedAt'>;

const columns = `id, tenant_id AS "tenantId", consumer, event_id AS "eventId", event_type AS "eventType", subject,
  stream, sequence::float8 AS sequence, position::float8 AS position, part, reason, attempts, state,
  created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Keeps a given-up event; one that is given up again keeps its id. */
export const keepDeadLetter = async (db: Queryable, letter: NewDeadLetter): Promise<DeadLetter> => {
  const { rows } = await db.query<DeadLetter>(
    `INSERT INTO dead_letter AS kept (tenant_id, id, consumer, event_id, event_type, subject, stream, sequence,
       position, part, reason, attempts, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'dead')
     ON CONFLICT (consumer, event_id, subject) DO UPDATE SET stream = excluded.stream, sequence = excluded.sequence,
       reason = excluded.reason, attempts = kept.attempts + excluded.attempts, state = 'dead', updated_at = now()
     RETURNING ${columns}`,
    [
      letter.tenantId,
      newId(),
      letter.consumer,
      letter.eventId,
      letter.eventType,
      letter.subject,
      letter.stream,
      letter.sequence,
      letter.position,
      letter.part,
      letter.reason,
      letter.attempts,
    ],
  );
  const [kept] = rows;
  if (kept === undefined) throw new Error('the dead letter was not kept');
  return kept;
};

/** Newest first. Without `states` those that wait for somebody: `dead`, `replaying` and `expired`. */
export const listDeadLetters = async (
  db: Queryable,
  { states = ['dead', 'replaying', 'expired'], consumer, limit = 100 }: DeadLetterFilter = {},
): Promise<DeadLetter[]> => {
  const { rows } = await db.query<DeadLetter>(
    `SELECT ${columns} FROM dead_letter WHERE state = ANY($1) AND ($2::text IS NULL OR consumer = $2)
     ORDER BY created_at DESC, id LIMIT $3`,
    [[...states], consumer ?? null, limit],
  );
  return rows;
};

export interface DeadLetterFilter {
  states?: readonly DeadLetterState[];
  consumer?: string;
  limit?: number;
}

export const showDeadLetter = async (db: Queryable, id: string): Promise<DeadLetter | undefined> => {
  const { rows } = await db.query<DeadLetter>(`SELECT ${columns} FROM dead_letter WHERE id = $1`, [id]);
  return rows[0];
};

/** Asks the consumer to try again: one by its id, or all that are `dead` or `expired`. Gives back those asked for. */
export const replayDeadLetters = async (db: Queryable, which: { id: string } | 'all'): Promise<DeadLetter[]> => {
  const { rows } = await db.query<DeadLetter>(
    `UPDATE dead_letter SET state = 'replaying', updated_at = now()
     WHERE state IN ('dead', 'expired') AND ($1::uuid IS NULL OR id = $1) RETURNING ${columns}`,
    [which === 'all' ? null : which.id],
  );
  return rows;
};

/** Those that a consumer is asked to try again. */
export const requestedReplays = (db: Queryable, consumer: string): Promise<DeadLetter[]> =>
  listDeadLetters(db, { states: ['replaying'], consumer, limit: 200 });

export const settleReplay = async (db: Queryable, id: string, state: 'replayed' | 'expired'): Promise<void> => {
  await db.query(`UPDATE dead_letter SET state = $2, updated_at = now() WHERE id = $1 AND state = 'replaying'`, [
    id,
    state,
  ]);
};
