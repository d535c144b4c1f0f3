import type { Actor } from '@aftertone/contracts';
import { isId } from '@aftertone/kernel';

/** SQL with named parameters, as the query builder takes it. */
export interface Condition {
  sql: string;
  parameters: Record<string, unknown>;
}

const nilId = '00000000-0000-0000-0000-000000000000';

/**
 * The ids of the mailboxes that an actor may see, as a subquery; null is all of the tenant.
 * It is `rightsOn` for lists: personal boxes of the actor and global ones. The specs hold the two together.
 */
export const visibleMailboxes = (actor: Actor, tenantId: string): Condition | null => {
  if (actor.admin) return null;
  // An id that cannot be a user's, such as a service's name, owns nothing.
  const user = actor.kind === 'user';
  return {
    sql: `SELECT o.mailbox_id AS id FROM mailbox_owner o WHERE o.tenant_id = :tenantId AND o.user_id = :actorId
          UNION ALL
          SELECT g.id FROM mailbox g WHERE g.tenant_id = :tenantId AND g.access_type = 'global' AND :isUser`,
    parameters: { tenantId, actorId: user && isId(actor.id) ? actor.id : nilId, isUser: user },
  };
};
