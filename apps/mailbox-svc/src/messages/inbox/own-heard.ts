import type { Actor } from '@aftertone/contracts';
import type { Condition } from '../../access/visible-mailboxes.ts';
import { userOf } from '../../mailboxes/directory/mailbox.query.ts';
import { allOf, conditions, type MessageFilters, sharedHeard } from './conditions.ts';

/** A list by the own heard state of the actor: `heard` is given. */
export type OwnFilters = MessageFilters & { heard: boolean };

export const asksForHeard = (filters: MessageFilters): filters is OwnFilters => filters.heard !== undefined;

const inOrder = 'ORDER BY received_at DESC, id DESC LIMIT :take';

/** What the list asks besides; `more` of messages `x`. */
const others = ({ heard: _, ...filters }: OwnFilters, actor: Actor, more: readonly Condition[]): Condition =>
  allOf([...conditions('x', filters, actor), ...more]);

/** Where a list begins. */
const beginning = ({ cursor }: OwnFilters): string =>
  cursor === undefined
    ? `CAST('infinity' AS timestamptz), CAST('${greatestId}' AS uuid)`
    : 'CAST(:beforeAt AS timestamptz), CAST(:beforeId AS uuid)';

/** Of two ids at one instant the greater one is newer. */
const greatestId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Messages that the actor has marked so. Marks and what is asked of the messages have an order each, which is the same: the next
 * mark, the next message not before it, the next mark not before that. So it takes as many steps as the rarer of both.
 *
 * @param marks asked of the marks `o`, their heard state too
 * @param box asked of the messages `x`
 */
const marked = (marks: string, box: string, filters: OwnFilters, other: Condition): string => `
  SELECT hit.at AS received_at, hit.id FROM (
    WITH RECURSIVE hit (at, id, found, so_far) AS (
      SELECT ${beginning(filters)}, TRUE, 0
      UNION ALL
      SELECT next.received_at, next.id, next.id = mark.message_id, so_far + CASE WHEN next.id = mark.message_id THEN 1 ELSE 0 END
      FROM hit
      CROSS JOIN LATERAL (
        SELECT o.received_at, o.message_id FROM own_mark o
        WHERE o.tenant_id = :tenantId AND o.user_id = :viewerId AND o.listed AND ${marks}
          AND (o.received_at, o.message_id) <= (hit.at, hit.id) AND NOT (hit.found AND o.message_id = hit.id)
        ORDER BY o.received_at DESC, o.message_id DESC LIMIT 1) mark
      CROSS JOIN LATERAL (
        SELECT x.received_at, x.id FROM message x
        WHERE x.tenant_id = :tenantId AND ${[box, other.sql].join(' AND ')}
          AND (x.received_at, x.id) <= (mark.received_at, mark.message_id)
        ORDER BY x.received_at DESC, x.id DESC LIMIT 1) next
      WHERE so_far < :take
    )
    SELECT at, id FROM hit WHERE found AND so_far > 0) hit`;

const result = (sql: string, other: Condition, { limit }: OwnFilters, actor: Actor): Condition => ({
  sql: `SELECT received_at, id FROM (${sql}) own ${inOrder}`,
  parameters: { ...other.parameters, viewerId: userOf(actor), take: limit + 1 },
});

/**
 * The newest of one mailbox with own heard states, as rows of `received_at` and `id`. Those that the actor has marked, and those
 * of the shared state that the actor has not. These are looked for one after the other: at one that is marked, the search
 * goes on behind the whole run of marked ones that it is in.
 *
 * @param box SQL of the mailbox's id
 */
export const newestOwn = (box: string, filters: OwnFilters, actor: Actor): Condition => {
  const { heard } = filters;
  const other = others(filters, actor, []);
  const sql = `
    ${marked(`o.mailbox_id = ${box} AND ${heard ? '' : 'NOT '}o.heard`, `x.mailbox_id = ${box}`, filters, other)}
    UNION ALL
    SELECT walk.received_at, walk.id FROM (
      WITH RECURSIVE walk (at, id, found, so_far) AS (
        SELECT ${beginning(filters)}, FALSE, 0
        UNION ALL
        SELECT coalesce(run.last_at, next.received_at), coalesce(run.last_id, next.id), mark.there IS NULL,
          so_far + CASE WHEN mark.there IS NULL THEN 1 ELSE 0 END
        FROM walk
        CROSS JOIN LATERAL (
          SELECT x.received_at, x.id FROM message x
          WHERE x.tenant_id = :tenantId AND x.mailbox_id = ${box} AND ${sharedHeard('x', heard)} AND ${other.sql}
            AND (x.received_at, x.id) < (walk.at, walk.id)
          ORDER BY x.received_at DESC, x.id DESC LIMIT 1) next
        LEFT JOIN LATERAL (
          SELECT TRUE AS there FROM own_mark o
          WHERE o.tenant_id = :tenantId AND o.mailbox_id = ${box} AND o.message_id = next.id AND o.user_id = :viewerId
          LIMIT 1) mark ON TRUE
        LEFT JOIN LATERAL (
          SELECT near.last_at, near.last_id FROM (
            SELECT r.last_at, r.last_id FROM own_run r
            WHERE mark.there AND r.tenant_id = :tenantId AND r.mailbox_id = ${box} AND r.user_id = :viewerId
              AND ${heard ? '' : 'NOT '}r.shared_heard AND (r.first_at, r.first_id) >= (next.received_at, next.id)
            ORDER BY r.first_at, r.first_id LIMIT 1) near
          WHERE (near.last_at, near.last_id) < (next.received_at, next.id)) run ON TRUE
        WHERE so_far < :take
      )
      SELECT at AS received_at, id FROM walk WHERE found) walk`;
  return result(sql, other, filters, actor);
};

/**
 * The newest of a whole tenant, for an actor who has marked few of its messages: those that are marked, and of the shared
 * state those that are not.
 *
 * @param more what is asked of the mailboxes of the messages `x`
 */
export const newestOwnOfAll = (filters: OwnFilters, actor: Actor, more: readonly Condition[]): Condition => {
  const other = others(filters, actor, more);
  const isOwn = (mark: string) =>
    `EXISTS (SELECT FROM mailbox ob WHERE ob.tenant_id = ${mark}.tenant_id AND ob.id = ${mark}.mailbox_id
       AND ob.heard_state = 'member')`;
  const sql = `
    ${marked(`CAST(o.heard AS integer) = ${filters.heard ? 1 : 0} AND ${isOwn('o')}`, 'TRUE', filters, other)}
    UNION ALL
    (SELECT x.received_at, x.id FROM message x
     WHERE x.tenant_id = :tenantId AND ${sharedHeard('x', filters.heard)} AND ${other.sql} AND NOT EXISTS (
       SELECT FROM own_mark u WHERE u.tenant_id = x.tenant_id AND u.mailbox_id = x.mailbox_id AND u.message_id = x.id
         AND u.user_id = :viewerId AND u.listed AND ${isOwn('u')})
     ${inOrder})`;
  return result(sql, other, filters, actor);
};
