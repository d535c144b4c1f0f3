import {
  type AccessType,
  type Actor,
  internalStorage,
  mailboxContext,
  mailboxNumber,
  type Mailbox as PublicMailbox,
  type Right,
} from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { isId } from '@aftertone/kernel';
import type { SelectQueryBuilder } from 'typeorm';
import { z } from 'zod';
import { rightsOn } from '../../access/rights.ts';
import { isVisible, visibleMailboxes } from '../../access/visible-mailboxes.ts';
import type { Ground } from '../../ground/ground.ts';
import { wholeNotify } from '../notify-settings.ts';
import { mailboxNotFound, type Needed, requirePermission } from '../permission.ts';
import { MailboxRow } from './mailbox.entity.ts';

/** Who asks, for which tenant. */
export interface Asker {
  tenantId: string;
  actor: Actor;
}

export interface MailboxFilters {
  limit: number;
  cursor?: string | undefined;
  number?: string | undefined;
  context?: string | undefined;
  accessType?: AccessType | undefined;
  ownerUserId?: string | undefined;
}

/** A mailbox and what the actor may do in it. */
export interface MailboxWithRights {
  mailbox: MailboxRow;
  rights: ReadonlySet<Right>;
}

/** A mailbox and the counters and number of its feed. */
export interface MailboxWithFeed {
  mailbox: MailboxRow;
  counters: number[];
  revision: number;
}

const listKey = z.tuple([mailboxContext, mailboxNumber]);

export const publicRow = (mailbox: MailboxRow): PublicMailbox => {
  const { createdAt, updatedAt, defaultRole, heardState, notify, storage, ...row } = mailbox;
  return {
    ...row,
    defaultRole: defaultRole ?? 'agent',
    heardState: heardState ?? 'shared',
    notify: wholeNotify(notify),
    storage: storage ?? internalStorage,
    status: 'open',
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
};

/** The id of a user that there cannot be. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** The actor as a user; whoever is none is no member and has nothing of their own. */
export const userOf = ({ kind, id }: Actor): string => (kind === 'user' && isId(id) ? id : nobody);

/** Joins the rights of the actor, parameter `readerId`, as a member of the mailbox `m`. */
const withMember = (query: SelectQueryBuilder<MailboxRow>, actor: Actor) =>
  query
    .leftJoin(
      'mailbox_member',
      'mm',
      'mm.tenant_id = m.tenant_id AND mm.mailbox_id = m.id AND mm.user_id = :readerId',
      { readerId: userOf(actor) },
    )
    .addSelect('mm.rights', 'member_rights');

const foundOf = (mailbox: MailboxRow, memberRights: Right[] | null, actor: Actor): MailboxWithRights => {
  const { id: mailboxId, accessType: type, ownerUserIds, defaultRole } = mailbox;
  const access = { mailboxId, type, ownerUserIds, defaultRole: defaultRole ?? 'agent', memberRights };
  return { mailbox, rights: rightsOn(actor, access) };
};

const permitted = (found: MailboxWithRights | null, actor: Actor, needed: Needed): MailboxWithRights => {
  if (found === null) throw mailboxNotFound();
  requirePermission(found.rights, actor, needed);
  return found;
};

/** Open mailboxes as an actor may see them. */
export class MailboxDirectory {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** The mailbox, when the actor has what is needed; `mailbox-not-found`, `right-required` or `administrator-required` otherwise. */
  async require(asker: Asker, id: string, needed: Needed): Promise<MailboxRow> {
    return (await this.requireWithRights(asker, id, needed)).mailbox;
  }

  /** The same with everything that the actor may do there. */
  async requireWithRights({ tenantId, actor }: Asker, id: string, needed: Needed): Promise<MailboxWithRights> {
    const { entities, raw } = await asTenant(this.ground.reader, tenantId, (manager) =>
      withMember(manager.createQueryBuilder(MailboxRow, 'm'), actor)
        .where('m.tenant_id = :tenantId AND m.id = :id', { tenantId, id })
        .getRawAndEntities<{ member_rights: Right[] | null }>(),
    );
    const [mailbox] = entities;
    return permitted(mailbox ? foundOf(mailbox, raw[0]?.member_rights ?? null, actor) : null, actor, needed);
  }

  /** The same with the mailbox's numbers, as one moment saw them. */
  async requireWithFeed({ tenantId, actor }: Asker, id: string, needed: Needed): Promise<MailboxWithFeed> {
    const { entities, raw } = await asTenant(this.ground.reader, tenantId, (manager) =>
      withMember(manager.createQueryBuilder(MailboxRow, 'm'), actor)
        .innerJoin('feed', 'f', 'f.tenant_id = m.tenant_id AND f.feed_id = m.id::text')
        .addSelect('f.counters', 'counters')
        .addSelect('f.sequence', 'sequence')
        .where('m.tenant_id = :tenantId AND m.id = :id', { tenantId, id })
        .getRawAndEntities<{ counters: string[]; sequence: number; member_rights: Right[] | null }>(),
    );
    const [mailbox] = entities;
    const [feed] = raw;
    if (mailbox === undefined || feed === undefined) throw mailboxNotFound();
    permitted(foundOf(mailbox, feed.member_rights, actor), actor, needed);
    return { mailbox, counters: feed.counters.map(Number), revision: feed.sequence };
  }

  /** By context and number. */
  async list({ tenantId, actor }: Asker, filters: MailboxFilters): Promise<Page<PublicMailbox>> {
    const { limit, cursor, number, context, accessType, ownerUserId } = filters;
    const visible = isVisible('m.id', visibleMailboxes(actor, tenantId, 'listen'));
    const rows = await asTenant(this.ground.reader, tenantId, (manager) => {
      const query = manager.createQueryBuilder(MailboxRow, 'm').where('m.tenant_id = :tenantId', { tenantId });
      if (visible) query.andWhere(visible.sql, visible.parameters);
      if (number !== undefined) query.andWhere('m.number = :number', { number });
      if (context !== undefined) query.andWhere('m.context = :context', { context });
      if (accessType !== undefined) query.andWhere('m.access_type = :accessType', { accessType });
      if (ownerUserId !== undefined) query.andWhere(':ownerUserId = ANY (m.owner_user_ids)', { ownerUserId });
      if (cursor !== undefined) {
        const [afterContext, afterNumber] = readCursor(cursor, listKey);
        query.andWhere('(m.context, m.number) > (:afterContext, :afterNumber)', { afterContext, afterNumber });
      }
      return query
        .orderBy('m.context')
        .addOrderBy('m.number')
        .limit(limit + 1)
        .getMany();
    });
    return pageOf(rows, limit, publicRow, (row) => [row.context, row.number]);
  }
}
