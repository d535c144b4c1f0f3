import type { Actor, Right } from '@aftertone/contracts';
import { isId } from '@aftertone/kernel';

/** SQL with named parameters, as the query builder takes it. */
export interface Condition {
  sql: string;
  parameters: Record<string, unknown>;
}

/** `only`: a subquery of ids; there are few of them. `except`: all others of the tenant. */
export type VisibleMailboxes = { only: Condition } | { except: readonly string[] };

const nilId = '00000000-0000-0000-0000-000000000000';

/** Mailboxes that the token names, with and without the right. */
const namedBy = ({ grants = {} }: Actor, right: Right) => {
  const allows = (rights: readonly Right[]) => rights.includes(right);
  const named = Object.entries(grants).filter(([name]) => name !== '*');
  return {
    granted: named.filter(([, rights]) => allows(rights)).map(([id]) => id),
    refused: named.filter(([, rights]) => !allows(rights)).map(([id]) => id),
    others: allows(grants['*'] ?? []),
  };
};

const ofUser = (actor: Actor, tenantId: string, granted: readonly string[]): Condition => ({
  sql: `SELECT o.mailbox_id AS id FROM mailbox_owner o WHERE o.tenant_id = :tenantId AND o.user_id = :actorId
        UNION
        SELECT g.id FROM mailbox g WHERE g.tenant_id = :tenantId AND g.access_type = 'global'
        UNION
        SELECT s.mailbox_id FROM mailbox_member s
        JOIN mailbox sb ON sb.tenant_id = s.tenant_id AND sb.id = s.mailbox_id AND sb.access_type <> 'personal'
        WHERE s.tenant_id = :tenantId AND s.user_id = :actorId
        UNION
        SELECT unnest(CAST(:granted AS uuid[]))`,
  parameters: { tenantId, actorId: isId(actor.id) ? actor.id : nilId, granted },
});

/** Without the token's limits. */
const given = (actor: Actor, tenantId: string, right: Right): VisibleMailboxes => {
  if (actor.admin) return { except: [] };
  const { granted, refused, others } = namedBy(actor, right);
  switch (actor.kind) {
    case 'user':
      return { only: ofUser(actor, tenantId, granted) };
    case 'service':
      if (others) return { except: refused };
      return { only: { sql: 'SELECT unnest(CAST(:granted AS uuid[])) AS id', parameters: { granted } } };
    case 'system':
      return { only: { sql: 'SELECT CAST(NULL AS uuid) AS id WHERE FALSE', parameters: {} } };
  }
};

/**
 * The mailboxes in which an actor has a right. It is `rightsOn` for lists, for the rights that every role and every
 * member has: the specs hold the two together.
 */
export const visibleMailboxes = (
  actor: Actor,
  tenantId: string,
  right: Extract<Right, 'listen' | 'deposit'>,
): VisibleMailboxes => {
  const denied = Object.entries(actor.limits ?? {}).flatMap(([id, rights]) => (rights.includes(right) ? [] : [id]));
  const visible = given(actor, tenantId, right);
  if ('except' in visible) return { except: [...visible.except, ...denied] };
  if (denied.length === 0) return visible;
  const sql = `SELECT v.id FROM (${visible.only.sql}) v (id) WHERE v.id <> ALL (CAST(:denied AS uuid[]))`;
  return { only: { sql, parameters: { ...visible.only.parameters, denied } } };
};

/** Asks of a mailbox id in SQL to be one of those; null is nothing to ask. */
export const isVisible = (mailboxId: string, visible: VisibleMailboxes): Condition | null => {
  if ('only' in visible) return { ...visible.only, sql: `${mailboxId} IN (${visible.only.sql})` };
  const { except } = visible;
  if (except.length === 0) return null;
  return { sql: `${mailboxId} <> ALL (CAST(:except AS uuid[]))`, parameters: { except } };
};
