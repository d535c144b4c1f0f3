import type { Actor } from '@aftertone/contracts';
import type { Condition } from '../../access/visible-mailboxes.ts';
import { allOf, conditions, type MessageFilters } from './conditions.ts';
import { asksForHeard, newestOwn } from './own-heard.ts';

const order = 'received_at DESC, id DESC';

/**
 * A page of each mailbox with the newest messages, by its index, as rows of `received_at` and `id`. Each mailbox is asked for one
 * message, and a page of those whose one is among the newest of all: that is where the newest of all are.
 */
const ofShared = (boxes: string, inner: string): string => `
  SELECT page.received_at, page.id FROM (
    SELECT nb.id FROM mailbox nb CROSS JOIN LATERAL (
      SELECT x.received_at, x.id FROM message x
      WHERE x.tenant_id = :tenantId AND x.mailbox_id = nb.id AND ${inner}
      ORDER BY x.received_at DESC, x.id DESC LIMIT 1) top
    WHERE nb.tenant_id = :tenantId AND ${boxes}
    ORDER BY top.received_at DESC, top.id DESC LIMIT :take) box
  CROSS JOIN LATERAL (
    SELECT x.received_at, x.id FROM message x
    WHERE x.tenant_id = :tenantId AND x.mailbox_id = box.id AND ${inner}
    ORDER BY x.received_at DESC, x.id DESC LIMIT :take) page`;

/**
 * The newest messages of many mailboxes. Reading them all to sort them would cost their whole length.
 *
 * @param boxes asked of the mailboxes `nb`
 * @param hasOwn whether some may have their members' own heard states, and `heard` is asked for
 */
export const newestOfEach = (boxes: Condition, filters: MessageFilters, actor: Actor, hasOwn: boolean): Condition => {
  const inner = allOf(conditions('x', filters, actor));
  const parameters = { ...boxes.parameters, ...inner.parameters, take: filters.limit + 1 };
  if (!hasOwn || !asksForHeard(filters)) {
    return { sql: `${ofShared(boxes.sql, inner.sql)} ORDER BY ${order} LIMIT :take`, parameters };
  }
  const own = newestOwn('nb.id', filters, actor);
  const sql = `
    (${ofShared(`${boxes.sql} AND nb.heard_state IS DISTINCT FROM 'member'`, inner.sql)})
    UNION ALL
    (SELECT own.received_at, own.id FROM mailbox nb CROSS JOIN LATERAL (${own.sql}) own (received_at, id)
     WHERE nb.tenant_id = :tenantId AND ${boxes.sql} AND nb.heard_state = 'member')
    ORDER BY ${order} LIMIT :take`;
  return { sql, parameters: { ...parameters, ...own.parameters } };
};
