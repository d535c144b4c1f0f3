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
const keptIn = (row: 'known' | 'excluded'): string =>
  `(${['new', 'saved', 'heard'].map((name) => `(${row}.counts ->> '${name}')::int`).join(' + ')})`;

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
