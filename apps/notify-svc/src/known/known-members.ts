import type { Pool } from 'pg';
import type { MailboxKey } from './known-mailboxes.ts';

/** Who is a member of which mailbox and may listen there, kept by events of mailbox-svc. */
export class KnownMembers {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async record(
    { tenantId, mailboxId }: MailboxKey,
    { userId, listens }: { userId: string; listens: boolean },
    version: number,
  ): Promise<void> {
    await this.pool.query(
      `INSERT INTO known_member AS known (tenant_id, mailbox_id, user_id, listens, version) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, mailbox_id, user_id) DO UPDATE
       SET listens = excluded.listens, version = excluded.version WHERE known.version < excluded.version`,
      [tenantId, mailboxId, userId, listens, version],
    );
  }
}
