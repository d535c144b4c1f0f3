import type { Pool } from 'pg';
import { everybody } from './known-counts.ts';

// A member's own view is told when that member marks something, and is known from then on as a difference: what comes
// new afterwards is new for everybody. The limit of one makes Postgres look up the few mailboxes one by one: it takes an
// owner for one of hundreds of mailboxes, and would read the counts of all.
const newOfUser = `
  WITH seen AS (
    SELECT id FROM known_mailbox WHERE tenant_id = $1 AND owner_user_ids @> ARRAY[$2]::uuid[]
    UNION SELECT id FROM known_mailbox WHERE tenant_id = $1 AND access_type = 'global'
    UNION SELECT m.mailbox_id FROM known_member m JOIN known_mailbox b ON b.tenant_id = m.tenant_id AND b.id = m.mailbox_id
      WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.listens AND b.access_type = 'group')
  SELECT COALESCE(sum(GREATEST(0, (shared.counts ->> 'new')::int
    + CASE WHEN shared.own_states THEN COALESCE(own.own_new, 0) ELSE 0 END)), 0)::int AS badge
  FROM seen
  CROSS JOIN LATERAL (
    SELECT counts, own_states FROM known_counts
    WHERE tenant_id = $1 AND mailbox_id = seen.id AND user_id = $3 LIMIT 1) shared
  LEFT JOIN known_counts own ON own.tenant_id = $1 AND own.mailbox_id = seen.id AND own.user_id = $2`;

/** How many messages are new to a user in all mailboxes that the user may listen to. */
export const badgeOf = async (pool: Pool, tenantId: string, userId: string): Promise<number> => {
  const { rows } = await pool.query<{ badge: number }>(newOfUser, [tenantId, userId, everybody]);
  return rows[0]?.badge ?? 0;
};
