import {
  type AccessType,
  initialMailboxNotify,
  internalStorage,
  type MessageStorage,
  type NotifySettings,
  notifySettings,
} from '@aftertone/contracts';
import type { Pool } from 'pg';

/** What notifications need of a mailbox's settings. */
export interface KnownMailbox {
  number: string;
  name: string;
  timezone: string;
  language: string;
  accessType: AccessType;
  ownerUserIds: readonly string[];
  /** Nobody is told any more once the mailbox is closed. */
  notify: NotifySettings;
  storage: MessageStorage;
  /** Null: no limit. */
  maxMessages: number | null;
  /** Of all messages together; null: no limit. */
  maxTotalSeconds: number | null;
}

export interface MailboxKey {
  tenantId: string;
  mailboxId: string;
}

export interface MailboxRow extends Omit<KnownMailbox, 'accessType' | 'ownerUserIds' | 'notify' | 'storage'> {
  emailTo: string[];
  attachAudio: boolean;
  accessType: AccessType | null;
  ownerUserIds: string[] | null;
  notify: NotifySettings | null;
  storage: MessageStorage | null;
}

/** Rows of the version before this one have e-mail settings only. */
export const mailboxFromRow = ({
  emailTo,
  attachAudio,
  accessType,
  ownerUserIds,
  notify,
  storage,
  ...rest
}: MailboxRow): KnownMailbox => ({
  ...rest,
  accessType: accessType ?? 'personal',
  ownerUserIds: ownerUserIds ?? [],
  notify: notify ?? notifySettings.parse({ email: { to: emailTo, attachAudio } }),
  storage: storage ?? internalStorage,
});

/** Of `known_mailbox b`, for `mailboxFromRow`. */
export const mailboxColumns = `b.number, b.name, b.timezone, b.language, b.email_to AS "emailTo",
  b.attach_audio AS "attachAudio", b.access_type AS "accessType", b.owner_user_ids AS "ownerUserIds", b.notify, b.storage,
  b.max_messages AS "maxMessages", b.max_total_seconds AS "maxTotalSeconds"`;

const toldNobody: NotifySettings = { ...initialMailboxNotify, mwi: { enabled: false }, push: { enabled: false } };

/** notify-svc's own copy of mailbox settings, kept by events of mailbox-svc. */
export class KnownMailboxes {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Events come twice and late: an older version never overwrites a newer one. */
  async record({ tenantId, mailboxId }: MailboxKey, mailbox: KnownMailbox, version: number): Promise<void> {
    const {
      number,
      name,
      timezone,
      language,
      accessType,
      ownerUserIds,
      notify,
      storage,
      maxMessages,
      maxTotalSeconds,
    } = mailbox;
    // The version before this one reads `email_to` and `attach_audio`.
    await this.pool.query(
      `INSERT INTO known_mailbox AS known
         (tenant_id, id, number, name, timezone, language, email_to, attach_audio, access_type, owner_user_ids,
          notify, storage, max_messages, max_total_seconds, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
       ON CONFLICT (tenant_id, id) DO UPDATE SET
         number = excluded.number, name = excluded.name, timezone = excluded.timezone, language = excluded.language,
         email_to = excluded.email_to, attach_audio = excluded.attach_audio, access_type = excluded.access_type,
         owner_user_ids = excluded.owner_user_ids, notify = excluded.notify, storage = excluded.storage,
         max_messages = excluded.max_messages, max_total_seconds = excluded.max_total_seconds,
         version = excluded.version
       WHERE known.version < excluded.version OR known.version = excluded.version AND known.notify IS NULL`,
      [
        ...[tenantId, mailboxId, number, name, timezone, language, notify.email.to, notify.email.attachAudio ?? false],
        ...[accessType, ownerUserIds, notify, storage, maxMessages, maxTotalSeconds, version],
      ],
    );
  }

  /** A closed mailbox takes no more messages: its recipients are forgotten, its name is not (histories show it). */
  async close({ tenantId, mailboxId }: MailboxKey, version: number): Promise<void> {
    await this.pool.query(
      `UPDATE known_mailbox SET email_to = '{}', owner_user_ids = '{}', notify = $4, storage = $5, version = $3
       WHERE tenant_id = $1 AND id = $2 AND version < $3`,
      [tenantId, mailboxId, version, toldNobody, internalStorage],
    );
  }

  async find({ tenantId, mailboxId }: MailboxKey): Promise<KnownMailbox | null> {
    const { rows } = await this.pool.query<MailboxRow>(
      `SELECT ${mailboxColumns} FROM known_mailbox b WHERE b.tenant_id = $1 AND b.id = $2`,
      [tenantId, mailboxId],
    );
    const [row] = rows;
    return row === undefined ? null : mailboxFromRow(row);
  }
}
