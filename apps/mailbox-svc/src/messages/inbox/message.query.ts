import type { AccessType, Actor, HeardState, MemberRole, MessageItem, Quota, Right } from '@aftertone/contracts';
import { asTenant, type Page, pageOf, type Reading } from '@aftertone/event-store';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { rightRequired, rightsOn } from '../../access/rights.ts';
import { type Condition, isVisible, visibleMailboxes } from '../../access/visible-mailboxes.ts';
import { columnsOf } from '../../ground/columns.ts';
import type { Ground } from '../../ground/ground.ts';
import { MailboxRow } from '../../mailboxes/directory/mailbox.entity.ts';
import { type Asker, userOf } from '../../mailboxes/directory/mailbox.query.ts';
import { messageNotFound } from '../message.decider.ts';
import { conditions, isOfOneAssignee, type ListViewer, type MessageFilters, newestOfEach } from './conditions.ts';
import { type FoundMessage, itemOf, viewerOf } from './found-message.ts';
import { MessageRow } from './message.entity.ts';

export interface ListFilters extends MessageFilters {
  accessType?: AccessType | undefined;
}

/** While a mailbox's messages are kept elsewhere, those that were here before are for nobody. */
const hidesNothing = 'b.tenant_id = m.tenant_id AND b.id = m.mailbox_id AND b.storage IS NULL';

/** What a message is read with: its mailbox, the actor as a member of it, and the actor's own heard state. */
interface Beside {
  box_access: AccessType;
  box_owners: string[];
  box_role: MemberRole | null;
  box_heard: HeardState | null;
  box_quota: Quota;
  member_rights: Right[] | null;
  marked: boolean;
  mark: Date | null;
}

const fields = Object.keys(MessageRow.options.columns) as (keyof MessageRow)[];

/** The message alone, without what it was read with. */
const messageIn = (row: MessageRow): MessageRow =>
  Object.fromEntries(fields.map((field) => [field, row[field]])) as unknown as MessageRow;

/** Takes tenant, message, the reading user, and whether a deleted message is meant too. */
export const messageReading: Reading = {
  name: 'message',
  text: `
    SELECT ${columnsOf(MessageRow, 'm')}, b.access_type AS box_access, b.owner_user_ids AS box_owners,
      b.default_role AS box_role, b.heard_state AS box_heard, b.quota AS box_quota, mm.rights AS member_rights,
      k.message_id IS NOT NULL AS marked, k.heard_at AS mark
    FROM message m
    JOIN mailbox b ON ${hidesNothing}
    LEFT JOIN mailbox_member mm ON mm.tenant_id = m.tenant_id AND mm.mailbox_id = m.mailbox_id AND mm.user_id = $3
    LEFT JOIN message_mark k ON b.heard_state = 'member' AND k.tenant_id = m.tenant_id AND k.mailbox_id = m.mailbox_id
      AND k.user_id = $3 AND k.message_id = m.id
    WHERE m.tenant_id = $1 AND m.id = $2 AND ($4 OR NOT m.deleted)`,
};

const foundOf = (message: MessageRow, beside: Beside, actor: Actor): FoundMessage => ({
  message,
  accessType: beside.box_access,
  quota: beside.box_quota,
  rights: rightsOn(actor, {
    mailboxId: message.mailboxId,
    type: beside.box_access,
    ownerUserIds: beside.box_owners,
    defaultRole: beside.box_role ?? 'agent',
    memberRights: beside.member_rights,
  }),
  viewer: viewerOf(actor, beside.box_heard ?? 'shared'),
  own: beside.marked ? beside.mark : undefined,
});

const withBeside = (query: SelectQueryBuilder<MessageRow>, actor: Actor): SelectQueryBuilder<MessageRow> =>
  query
    .innerJoin(MailboxRow.options.name, 'b', hidesNothing)
    .leftJoin(
      'mailbox_member',
      'mm',
      'mm.tenant_id = m.tenant_id AND mm.mailbox_id = m.mailbox_id AND mm.user_id = :readerId',
    )
    .leftJoin(
      'message_mark',
      'k',
      `b.heard_state = 'member' AND k.tenant_id = m.tenant_id AND k.mailbox_id = m.mailbox_id
        AND k.user_id = :readerId AND k.message_id = m.id`,
    )
    .setParameter('readerId', userOf(actor))
    .addSelect('b.access_type', 'box_access')
    .addSelect('b.owner_user_ids', 'box_owners')
    .addSelect('b.default_role', 'box_role')
    .addSelect('b.heard_state', 'box_heard')
    .addSelect('b.quota', 'box_quota')
    .addSelect('mm.rights', 'member_rights')
    .addSelect('k.message_id IS NOT NULL', 'marked')
    .addSelect('k.heard_at', 'mark');

const find = async (query: SelectQueryBuilder<MessageRow>, actor: Actor): Promise<FoundMessage[]> => {
  const { entities, raw } = await query.getRawAndEntities<Beside>();
  return entities.flatMap((message, n) => {
    const beside = raw[n];
    return beside === undefined ? [] : [foundOf(message, beside, actor)];
  });
};

/** What a list of all that the actor may see asks of the messages. */
const wantedOfAll = (tenantId: string, filters: MessageFilters, viewer: ListViewer): Condition[] => {
  const visible = visibleMailboxes(viewer.actor, tenantId, 'listen');
  // All but a few are read from the newest on: asking each mailbox for its newest would be as many reads as mailboxes.
  if ('only' in visible && !isOfOneAssignee(filters)) return [newestOfEach(visible.only, filters, viewer)];
  const seen = isVisible('m.mailbox_id', visible);
  return [...(seen ? [seen] : []), ...conditions('m', filters, viewer)];
};

/** One page of a list as a query; the specs look at its plan. */
export const listQuery = (
  manager: EntityManager,
  { tenantId, actor }: Asker,
  { mailboxId, mayHaveOwn, ...filters }: ListFilters & { mailboxId?: string | undefined; mayHaveOwn: boolean },
): SelectQueryBuilder<MessageRow> => {
  const viewer = { actor, mayHaveOwn };
  const { accessType, limit } = filters;
  const wanted = mailboxId === undefined ? wantedOfAll(tenantId, filters, viewer) : conditions('m', filters, viewer);
  const query = manager.createQueryBuilder(MessageRow, 'm').where('m.tenant_id = :tenantId', { tenantId });
  if (mailboxId !== undefined) query.andWhere('m.mailbox_id = :mailboxId', { mailboxId });
  if (accessType !== undefined) query.andWhere('b.access_type = :accessType', { accessType });
  for (const { sql, parameters } of wanted) query.andWhere(sql, parameters);
  query.orderBy('m.receivedAt', 'DESC').addOrderBy('m.id', 'DESC');
  return withBeside(query.limit(limit + 1), actor);
};

/** Takes tenant and mailbox, or null for all: whether there are members' own heard states. */
export const ownHeardReading: Reading = {
  name: 'own-heard',
  text: `
    SELECT EXISTS (
      SELECT FROM mailbox WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id = $2) AND heard_state = 'member'
    ) AS any`,
};

/** Messages as an actor may see them. */
export class MessageInbox {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /**
   * The message, when the actor has this right in its mailbox; null is any.
   *
   * @throws DomainError `message-not-found` when the mailbox does not exist for the actor, `right-required`
   */
  async require(
    { tenantId, actor }: Asker,
    id: string,
    { deleted, right }: { deleted: boolean; right: Right | null },
  ): Promise<FoundMessage> {
    const values = [tenantId, id, userOf(actor), deleted];
    const [row] = await this.ground.reads.rows<MessageRow & Beside>(messageReading, tenantId, values);
    const found = row && foundOf(messageIn(row), row, actor);
    if (found === undefined || found.rights.size === 0) throw messageNotFound();
    if (right !== null && !found.rights.has(right)) throw rightRequired(right);
    return found;
  }

  /** Messages of one mailbox, on which the actor's rights have been looked at, or of all that the actor may see. */
  async list(asker: Asker, filters: ListFilters, mailboxId?: string): Promise<Page<MessageItem>> {
    const { tenantId, actor } = asker;
    const mayHaveOwn = filters.heard !== undefined && (await this.mayHaveOwn(tenantId, mailboxId));
    const found = await asTenant(this.ground.reader, tenantId, (manager) =>
      find(listQuery(manager, asker, { ...filters, mailboxId, mayHaveOwn }), actor),
    );
    return pageOf(found, filters.limit, itemOf, ({ message }) => [message.receivedAt.toISOString(), message.id]);
  }

  private async mayHaveOwn(tenantId: string, mailboxId: string | undefined): Promise<boolean> {
    const [found] = await this.ground.reads.rows<{ any: boolean }>(ownHeardReading, tenantId, [tenantId, mailboxId]);
    return found?.any ?? true;
  }
}
