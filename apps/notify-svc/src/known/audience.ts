import { initialUserNotify } from '@aftertone/contracts';
import type { Pool } from 'pg';
import type { KnownMailbox, MailboxKey } from './known-mailboxes.ts';
import type { KnownUser } from './known-users.ts';

/** A device that gets pushes. */
export interface PersonDevice {
  id: string;
  /** What fails as one with it. */
  endpoint: string;
  language: string | null;
}

/** Somebody who may listen to a mailbox. */
export interface Person extends KnownUser {
  owner: boolean;
  devices: readonly PersonDevice[];
}

const pageSize = 500;

// Of a global mailbox everybody may be one: only those come who have anything set that tells them.
const whoListens = `
  SELECT unnest($3::uuid[]) AS id
  UNION SELECT user_id FROM known_member
    WHERE $4 = 'group' AND tenant_id = $1 AND mailbox_id = $2 AND listens
  UNION SELECT id FROM known_user
    WHERE $4 = 'global' AND tenant_id = $1
      AND ((notify -> 'email' ->> 'enabled') = 'true' OR (notify -> 'sms' ->> 'to') IS NOT NULL)
  UNION SELECT user_id FROM device WHERE $4 = 'global' AND tenant_id = $1`;

const devicesOf = `
  SELECT COALESCE(json_agg(json_build_object('id', id, 'endpoint', endpoint, 'language', language) ORDER BY id), '[]')
    AS devices
  FROM device WHERE tenant_id = $1 AND user_id = who.id`;

// Who has a device and is not known yet has set nothing; who is known and has nothing is gone.
const people = `
  SELECT who.id, COALESCE(u.name, '') AS name, u.email, u.language, u.timezone, COALESCE(u.notify, $6) AS notify,
    who.id = ANY ($3) AS owner, d.devices
  FROM (${whoListens}) who
  LEFT JOIN known_user u ON u.tenant_id = $1 AND u.id = who.id
  CROSS JOIN LATERAL (${devicesOf}) d
  WHERE who.id > $5 AND (u.notify <> '{}' OR u.id IS NULL AND json_array_length(d.devices) > 0)
  ORDER BY who.id LIMIT ${pageSize}`;

/** The people behind a mailbox, in pages: a tenant may have very many. */
export async function* audienceOf(
  pool: Pool,
  { tenantId, mailboxId }: MailboxKey,
  { accessType, ownerUserIds }: KnownMailbox,
): AsyncGenerator<Person[]> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await pool.query<Person>(people, [
      tenantId,
      mailboxId,
      ownerUserIds,
      accessType,
      after,
      initialUserNotify,
    ]);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.id;
  }
}
