import type { Counts } from '@aftertone/contracts';
import type { Pool } from 'pg';
import type { MailboxKey } from './known-mailboxes.ts';

/** Whose counts they are when they are everybody's. */
export const everybody = '00000000-0000-0000-0000-000000000000';

export interface CountsTold {
  counts: Counts;
  /** They are that member's own. */
  memberUserId: string | undefined;
  /** Each member has an own heard state there. */
  ownStates: boolean;
  /** When they changed. */
  at: Date;
}

/** How many messages count for the quota. */
const keptIn = (row: 'known' | 'excluded' | 't'): string =>
  `(${['new', 'saved', 'heard'].map((name) => `(${row}.counts ->> '${name}')::int`).join(' + ')})`;

// Step by step, as if they had come one by one: in between there may have been room.
const recordAll = `
  WITH told AS (
    SELECT t.*, ${keptIn('t')} AS kept
    FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::bigint[], $5::boolean[], $6::timestamptz[]) WITH ORDINALITY
      AS t(tenant_id, mailbox_id, counts, version, own_states, at, n)),
  stepped AS (
    SELECT told.*, COALESCE(lag(kept) OVER (PARTITION BY told.tenant_id, told.mailbox_id ORDER BY n), ${keptIn('known')}) AS before
    FROM told
    LEFT JOIN known_counts known
      ON known.tenant_id = told.tenant_id AND known.mailbox_id = told.mailbox_id AND known.user_id = $7
    WHERE known.version IS NULL OR known.version <= told.version)
  INSERT INTO known_counts AS known (tenant_id, mailbox_id, user_id, counts, version, own_states, room_at)
  SELECT DISTINCT ON (tenant_id, mailbox_id) tenant_id, mailbox_id, $7, counts, version, own_states,
    max(at) FILTER (WHERE kept < before) OVER (PARTITION BY tenant_id, mailbox_id)
  FROM stepped ORDER BY tenant_id, mailbox_id, n DESC
  ON CONFLICT (tenant_id, mailbox_id, user_id) DO UPDATE
  SET counts = excluded.counts, version = excluded.version, own_states = excluded.own_states, own_new = NULL,
    room_at = COALESCE(excluded.room_at, known.room_at)
  WHERE known.version <= excluded.version`;

/** As they see them who have marked nothing for themselves. */
export type SharedCounts = MailboxKey & Omit<CountsTold, 'memberUserId'>;

/** Without those that were known already when they came. */
const ascending = (told: readonly SharedCounts[]): SharedCounts[] => {
  const newest = new Map<string, number>();
  return told.filter(({ tenantId, mailboxId, counts: { revision } }) => {
    const key = `${tenantId} ${mailboxId}`;
    if (revision < (newest.get(key) ?? 0)) return false;
    newest.set(key, revision);
    return true;
  });
};

/** The counts of mailboxes as they were told last, kept by events of mailbox-svc. */
export class KnownCounts {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** `revision` of the counts grows with every change of the mailbox. */
  async record(
    { tenantId, mailboxId }: MailboxKey,
    { counts, memberUserId, ownStates, at }: CountsTold,
  ): Promise<void> {
    await this.pool.query(
      `INSERT INTO known_counts AS known
         (tenant_id, mailbox_id, user_id, counts, version, own_states, own_new)
       VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $3::uuid <> $8::uuid THEN $7::int - COALESCE(
         (SELECT (counts ->> 'new')::int FROM known_counts
          WHERE tenant_id = $1 AND mailbox_id = $2 AND user_id = $8::uuid), $7::int) END)
       ON CONFLICT (tenant_id, mailbox_id, user_id) DO UPDATE
       SET counts = excluded.counts, version = excluded.version, own_states = excluded.own_states,
         own_new = excluded.own_new,
         room_at = CASE WHEN ${keptIn('excluded')} < ${keptIn('known')} THEN $9 ELSE known.room_at END
       WHERE known.version <= excluded.version`,
      [
        ...[tenantId, mailboxId, memberUserId ?? everybody, counts, counts.revision, ownStates],
        ...[counts.new, everybody, at],
      ],
    );
  }

  /** Those of many mailboxes, in their order; the same as `record` for each. */
  async recordAll(told: readonly SharedCounts[]): Promise<void> {
    const all = ascending(told);
    if (all.length === 0) return;
    const values = [
      all.map(({ tenantId }) => tenantId),
      all.map(({ mailboxId }) => mailboxId),
      all.map(({ counts }) => JSON.stringify(counts)),
      all.map(({ counts }) => counts.revision),
      all.map(({ ownStates }) => ownStates),
      all.map(({ at }) => at),
      everybody,
    ];
    await this.pool.query({ name: 'record-counts', text: recordAll, values });
  }

  /** As everybody sees them; null before the first message. */
  async find({ tenantId, mailboxId }: MailboxKey): Promise<Counts | null> {
    const { rows } = await this.pool.query<{ counts: Counts }>(
      'SELECT counts FROM known_counts WHERE tenant_id = $1 AND mailbox_id = $2 AND user_id = $3',
      [tenantId, mailboxId, everybody],
    );
    return rows[0]?.counts ?? null;
  }

  /** When messages were last taken out of the mailbox; null: never since it is known. */
  async roomSince({ tenantId, mailboxId }: MailboxKey): Promise<Date | null> {
    const { rows } = await this.pool.query<{ roomAt: Date | null }>(
      'SELECT room_at AS "roomAt" FROM known_counts WHERE tenant_id = $1 AND mailbox_id = $2 AND user_id = $3',
      [tenantId, mailboxId, everybody],
    );
    return rows[0]?.roomAt ?? null;
  }
}
