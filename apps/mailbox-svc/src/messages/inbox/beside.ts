import type { AccessType, Actor, EmptyMessages, HeardState, MemberRole, Quota, Right } from '@aftertone/contracts';
import type { SelectQueryBuilder } from 'typeorm';
import { rightsOn } from '../../access/rights.ts';
import { MailboxRow } from '../../mailboxes/directory/mailbox.entity.ts';
import { userOf } from '../../mailboxes/directory/mailbox.query.ts';
import { type FoundMessage, viewerOf } from './found-message.ts';
import type { MessageRow } from './message.entity.ts';

export const ofMessage = 'b.tenant_id = m.tenant_id AND b.id = m.mailbox_id';
/** While a mailbox's messages are kept elsewhere, those that were here before are for nobody. */
export const hidesNothing = 'b.storage IS NULL';

/** What a message is read with: its mailbox, the actor as a member of it, and the actor's own heard state. */
export interface Beside {
  box_access: AccessType;
  box_owners: string[];
  box_role: MemberRole | null;
  box_heard: HeardState | null;
  box_quota: Quota;
  box_empty: EmptyMessages | null;
  member_rights: Right[] | null;
  marked: boolean;
  mark: Date | null;
}

export const foundOf = (message: MessageRow, beside: Beside, actor: Actor): FoundMessage => ({
  message,
  accessType: beside.box_access,
  quota: beside.box_quota,
  emptyMessages: beside.box_empty ?? 'keep',
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

/** Messages `m` with what is beside them. */
export const withBeside = (query: SelectQueryBuilder<MessageRow>, actor: Actor): SelectQueryBuilder<MessageRow> =>
  query
    .innerJoin(MailboxRow.options.name, 'b', `${ofMessage} AND ${hidesNothing}`)
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
    .addSelect('b.empty_messages', 'box_empty')
    .addSelect('mm.rights', 'member_rights')
    .addSelect('k.message_id IS NOT NULL', 'marked')
    .addSelect('k.heard_at', 'mark');

export const findMessages = async (query: SelectQueryBuilder<MessageRow>, actor: Actor): Promise<FoundMessage[]> => {
  const { entities, raw } = await query.getRawAndEntities<Beside>();
  return entities.flatMap((message, n) => {
    const beside = raw[n];
    return beside === undefined ? [] : [foundOf(message, beside, actor)];
  });
};
