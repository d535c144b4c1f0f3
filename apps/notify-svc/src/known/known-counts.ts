import type { Counts } from '@aftertone/contracts';
import type { Pool } from 'pg';
import type { MailboxKey } from './known-mailboxes.ts';

/** Whose counts they are when they are everybody's. */
const everybody = '00000000-0000-0000-0000-000000000000';

/** The counts of mailboxes as they were told last, kept by events of mailbox-svc. */
export class KnownCounts {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** `memberUserId`: they are that member's own. `revision` grows with every change of the mailbox. */
  async record({ tenantId, mailboxId }: MailboxKey, counts: Counts, memberUserId: string | undefined): Promise<void> {
    await this.pool.query(
      `INSERT INTO known_counts AS known (tenant_id, mailbox_id, user_id, counts, version) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, mailbox_id, user_id) DO UPDATE
       SET counts = excluded.counts, version = excluded.version WHERE known.version <= excluded.version`,
      [tenantId, mailboxId, memberUserId ?? everybody, counts, counts.revision],
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
}
