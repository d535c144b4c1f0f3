import type { Pool } from 'pg';
import type { KnownMailbox, MailboxKey } from './known-mailboxes.ts';
import type { KnownUser } from './known-users.ts';

/** Somebody who may listen to a mailbox. */
export interface Person extends KnownUser {
  owner: boolean;
}

const pageSize = 500;

// Of a global mailbox everybody may be one: only those come who have anything set that tells them.
const whoListens = `
  SELECT unnest($3::uuid[]) AS id
  UNION SELECT user_id FROM known_member
    WHERE $4 = 'group' AND tenant_id = $1 AND mailbox_id = $2 AND listens
  UNION SELECT id FROM known_user
    WHERE $4 = 'global' AND tenant_id = $1
      AND ((notify -> 'email' ->> 'enabled') = 'true' OR (notify -> 'sms' ->> 'to') IS NOT NULL)`;

/** The people behind a mailbox, in pages: a tenant may have very many. */
export async function* audienceOf(
  pool: Pool,
  { tenantId, mailboxId }: MailboxKey,
  { accessType, ownerUserIds }: KnownMailbox,
): AsyncGenerator<Person[]> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await pool.query<Person>(
      `SELECT u.id, u.name, u.email, u.language, u.timezone, u.notify, u.id = ANY ($3) AS owner
       FROM (${whoListens}) who JOIN known_user u ON u.tenant_id = $1 AND u.id = who.id
       WHERE u.id > $5 AND u.notify <> '{}' ORDER BY u.id LIMIT ${pageSize}`,
      [tenantId, mailboxId, ownerUserIds, accessType, after],
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.id;
  }
}
