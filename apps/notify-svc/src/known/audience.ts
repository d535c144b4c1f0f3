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

/** SQL expressions for what is asked. */
interface AskedSql {
  tenant: string;
  mailbox: string;
  owners: string;
  access: string;
  /** People whose ids come after this one. */
  after: string;
  /** What a user has set who has set nothing. */
  initial: string;
}

// Of a global mailbox everybody may be one: only those come who have anything set that tells them.
const whoListens = ({ tenant, mailbox, owners, access }: AskedSql): string => `
  SELECT unnest(${owners}) AS id
  UNION SELECT user_id FROM known_member
    WHERE ${access} = 'group' AND tenant_id = ${tenant} AND mailbox_id = ${mailbox} AND listens
  UNION SELECT id FROM known_user
    WHERE ${access} = 'global' AND tenant_id = ${tenant}
      AND ((notify -> 'email' ->> 'enabled') = 'true' OR (notify -> 'sms' ->> 'to') IS NOT NULL)
  UNION SELECT user_id FROM device WHERE ${access} = 'global' AND tenant_id = ${tenant}`;

const devicesOf = ({ tenant }: AskedSql): string => `
  SELECT COALESCE(json_agg(json_build_object('id', id, 'endpoint', endpoint, 'language', language) ORDER BY id), '[]')
    AS devices
  FROM device WHERE tenant_id = ${tenant} AND user_id = who.id`;

// Who has a device and is not known yet has set nothing; who is known and has nothing is gone.
const people = (asked: AskedSql): string => `
  SELECT who.id, COALESCE(u.name, '') AS name, u.email, u.language, u.timezone, COALESCE(u.notify, ${asked.initial}) AS notify,
    who.id = ANY (${asked.owners}) AS owner, d.devices
  FROM (${whoListens(asked)}) who
  LEFT JOIN known_user u ON u.tenant_id = ${asked.tenant} AND u.id = who.id
  CROSS JOIN LATERAL (${devicesOf(asked)}) d
  WHERE who.id > ${asked.after} AND (u.notify <> '{}' OR u.id IS NULL AND json_array_length(d.devices) > 0)
  ORDER BY who.id LIMIT ${pageSize}`;

/** Before every id. */
const beforeAll = '00000000-0000-0000-0000-000000000000';

const peopleOfOne = people({
  ...{ tenant: '$1', mailbox: '$2', owners: '$3::uuid[]', access: '$4' },
  ...{ after: '$5', initial: '$6::jsonb' },
});

const peopleOfMany = `
  SELECT box.n::int, person.*
  FROM (
    SELECT asked.n, b.tenant_id, b.id, COALESCE(b.owner_user_ids, '{}') AS owners, b.access_type
    FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked(tenant_id, mailbox_id, n)
    JOIN known_mailbox b ON b.tenant_id = asked.tenant_id AND b.id = asked.mailbox_id) box
  CROSS JOIN LATERAL (${people({
    ...{ tenant: 'box.tenant_id', mailbox: 'box.id', owners: 'box.owners', access: 'box.access_type' },
    ...{ after: `'${beforeAll}'::uuid`, initial: '$3::jsonb' },
  })}) person
  ORDER BY box.n, person.id`;

/** The people behind a mailbox whose ids come after `after`, in pages: a tenant may have very many. */
export async function* audienceOf(
  pool: Pool,
  { tenantId, mailboxId }: MailboxKey,
  { accessType, ownerUserIds }: KnownMailbox,
  after = beforeAll,
): AsyncGenerator<Person[]> {
  for (;;) {
    const { rows } = await pool.query<Person>(peopleOfOne, [
      ...[tenantId, mailboxId, ownerUserIds, accessType],
      ...[after, initialUserNotify],
    ]);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || !mayHaveMore(rows)) return;
    after = last.id;
  }
}

/** The first page of the people behind each of these mailboxes, in their order. */
export const audiencesOf = async (pool: Pool, mailboxes: readonly MailboxKey[]): Promise<Person[][]> => {
  const found = mailboxes.map((): Person[] => []);
  if (mailboxes.length === 0) return found;
  const { rows } = await pool.query<Person & { n: number }>({
    name: 'audiences',
    text: peopleOfMany,
    values: [mailboxes.map(({ tenantId }) => tenantId), mailboxes.map(({ mailboxId }) => mailboxId), initialUserNotify],
  });
  for (const { n, ...person } of rows) found[n - 1]?.push(person);
  return found;
};

/** Whether there may be more people than those of a first page. */
export const mayHaveMore = (people: readonly Person[]): boolean => people.length === pageSize;
