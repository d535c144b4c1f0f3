import type { Pool } from 'pg';

/** What notifications need of a mailbox's settings. */
export interface KnownMailbox {
  number: string;
  name: string;
  timezone: string;
  language: string;
  /** Recipients of e-mails; nobody once the mailbox is closed. */
  emailTo: readonly string[];
  attachAudio: boolean;
}

interface Key {
  tenantId: string;
  mailboxId: string;
}

/** notify-svc's own copy of mailbox settings, kept by events of mailbox-svc. */
export class KnownMailboxes {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Events come twice and late: an older version never overwrites a newer one. */
  async record({ tenantId, mailboxId }: Key, mailbox: KnownMailbox, version: number): Promise<void> {
    const { number, name, timezone, language, emailTo, attachAudio } = mailbox;
    await this.pool.query(
      `INSERT INTO known_mailbox AS known
         (tenant_id, id, number, name, timezone, language, email_to, attach_audio, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (tenant_id, id) DO UPDATE SET
         number = excluded.number, name = excluded.name, timezone = excluded.timezone, language = excluded.language,
         email_to = excluded.email_to, attach_audio = excluded.attach_audio, version = excluded.version
       WHERE known.version < excluded.version`,
      [tenantId, mailboxId, number, name, timezone, language, emailTo, attachAudio, version],
    );
  }

  /** A closed mailbox takes no more messages: its recipients are forgotten, its name is not (histories show it). */
  async close({ tenantId, mailboxId }: Key, version: number): Promise<void> {
    await this.pool.query(
      `UPDATE known_mailbox SET email_to = '{}', version = $3
       WHERE tenant_id = $1 AND id = $2 AND version < $3`,
      [tenantId, mailboxId, version],
    );
  }

  async find({ tenantId, mailboxId }: Key): Promise<KnownMailbox | null> {
    const { rows } = await this.pool.query<KnownMailbox>(
      `SELECT number, name, timezone, language, email_to AS "emailTo", attach_audio AS "attachAudio"
       FROM known_mailbox WHERE tenant_id = $1 AND id = $2`,
      [tenantId, mailboxId],
    );
    return rows[0] ?? null;
  }
}
