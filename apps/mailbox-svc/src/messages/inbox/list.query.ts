import type { AccessType } from '@aftertone/contracts';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { type Condition, isVisible, type VisibleMailboxes, visibleMailboxes } from '../../access/visible-mailboxes.ts';
import type { Asker } from '../../mailboxes/directory/mailbox.query.ts';
import { withBeside } from './beside.ts';
import { allOf, conditions, isOfOneAssignee, type MessageFilters } from './conditions.ts';
import type { ListFacts } from './list-facts.ts';
import { MessageRow } from './message.entity.ts';
import { newestOfEach } from './newest-of-each.ts';
import { asksForHeard, newestOwn, newestOwnOfAll } from './own-heard.ts';

export interface ListFilters extends MessageFilters {
  accessType?: AccessType | undefined;
}

type Asked = ListFilters & { mailboxId?: string | undefined };

/** As an array the ids are found first, whatever the planner thinks of how many there are, and then their rows. */
const isOneOf = ({ sql, parameters }: Condition): Condition => ({
  sql: `m.id = ANY (ARRAY(SELECT newest.id FROM (${sql}) newest))`,
  parameters,
});

/** Mailboxes of an alias that are shown, and of the type that is asked for. */
const shown = (b: string, accessType: AccessType | undefined): Condition[] => [
  { sql: `${b}.storage IS NULL`, parameters: {} },
  ...(accessType === undefined ? [] : [{ sql: `${b}.access_type = :accessType`, parameters: { accessType } }]),
];

/** Asked once, before any message is read: a mailbox of another type has none to show. */
const isOfType = (accessType: AccessType): Condition => ({
  sql: `EXISTS (SELECT FROM mailbox tb WHERE tb.tenant_id = :tenantId AND tb.id = :mailboxId AND tb.access_type = :accessType)`,
  parameters: { accessType },
});

/** What a list of one mailbox asks of the messages. */
const wantedOfOne = ({ actor }: Asker, mailboxId: string, asked: Asked, { ownHeard }: ListFacts): Condition[] => {
  const { accessType } = asked;
  const inMailbox = [
    { sql: 'm.mailbox_id = :mailboxId', parameters: { mailboxId } },
    ...(accessType === undefined ? [] : [isOfType(accessType)]),
  ];
  if (!ownHeard || !asksForHeard(asked)) return [...inMailbox, ...conditions('m', asked, actor)];
  return [...inMailbox, isOneOf(newestOwn('CAST(:mailboxId AS uuid)', asked, actor))];
};

/**
 * Whether each mailbox is asked for its newest messages. What a user sees is in few; what an administrator sees is read
 * from the newest message on, unless that would go past very many: of other access types, or marked ones. One caller's have
 * an order of their own in the whole tenant.
 */
const isByMailbox = (visible: VisibleMailboxes, asked: Asked, { fewOfType, manyMarks }: ListFacts): boolean =>
  !isOfOneAssignee(asked) && ('only' in visible || (asked.caller === undefined && (fewOfType || manyMarks)));

/** What a list of all that the actor may see asks of the messages. */
const wantedOfAll = ({ tenantId, actor }: Asker, asked: Asked, facts: ListFacts): Condition[] => {
  const { accessType } = asked;
  const visible = visibleMailboxes(actor, tenantId, 'listen');
  const own = facts.ownHeard && asksForHeard(asked) ? asked : null;
  if (isByMailbox(visible, asked, facts)) {
    const seen = isVisible('nb.id', visible);
    const boxes = allOf([...(seen ? [seen] : []), ...shown('nb', accessType)]);
    return [isOneOf(newestOfEach(boxes, asked, actor, own !== null))];
  }
  if (own !== null) {
    const seen = isVisible('x.mailbox_id', visible);
    const box = allOf(shown('xb', accessType));
    const sql = `EXISTS (SELECT FROM mailbox xb WHERE xb.tenant_id = x.tenant_id AND xb.id = x.mailbox_id AND ${box.sql})`;
    return [isOneOf(newestOwnOfAll(own, actor, [...(seen ? [seen] : []), { ...box, sql }]))];
  }
  const seen = isVisible('m.mailbox_id', visible);
  return [...(seen ? [seen] : []), ...shown('b', accessType), ...conditions('m', asked, actor)];
};

/** One page of a list as a query, and the message behind it; the specs look at its plan. */
export const listQuery = (
  manager: EntityManager,
  asker: Asker,
  asked: Asked,
  facts: ListFacts,
): SelectQueryBuilder<MessageRow> => {
  const { tenantId, actor } = asker;
  const { mailboxId, limit } = asked;
  const wanted =
    mailboxId === undefined ? wantedOfAll(asker, asked, facts) : wantedOfOne(asker, mailboxId, asked, facts);
  const query = manager.createQueryBuilder(MessageRow, 'm').where('m.tenant_id = :tenantId', { tenantId });
  for (const { sql, parameters } of wanted) query.andWhere(sql, parameters);
  query.orderBy('m.receivedAt', 'DESC').addOrderBy('m.id', 'DESC');
  return withBeside(query.limit(limit + 1), actor);
};
