import {
  type AccessType,
  type Actor,
  inheritsAll,
  internalStorage,
  mailboxContext,
  mailboxNumber,
  type Mailbox as PublicMailbox,
  type Right,
} from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { isId } from '@aftertone/kernel';
import { z } from 'zod';
import { rightsOn } from '../../access/rights.ts';
import { isVisible, visibleMailboxes } from '../../access/visible-mailboxes.ts';
import type { Ground } from '../../ground/ground.ts';
import { wholeNotify } from '../notify-settings.ts';
import { mailboxNotFound, type Needed, requirePermission } from '../permission.ts';
import { MailboxRow } from './mailbox.entity.ts';
import { mailboxReading, type ReadMailbox } from './mailbox.reading.ts';

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
  held?: boolean | undefined;
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
  const { tenantId, id, shortId, number, context, name, accessType, ownerUserIds } = mailbox;
  const { timezone, language, quota, extra, hasPin, version } = mailbox;
  const { createdAt, updatedAt, defaultRole, heardState, notify, storage, emptyMessages, retention, legalHold } =
    mailbox;
  return {
    tenantId,
    id,
    shortId,
    number,
    context,
    name,
    accessType,
    ownerUserIds,
    timezone,
    language,
    quota,
    extra,
    hasPin,
    version,
    defaultRole: defaultRole ?? 'agent',
    heardState: heardState ?? 'shared',
    notify: wholeNotify(notify),
    storage: storage ?? internalStorage,
    emptyMessages: emptyMessages ?? 'keep',
    retention: retention ?? inheritsAll,
    legalHold,
    status: 'open',
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
};

/** The id of a user that there cannot be. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** The actor as a user; whoever is none is no member and has nothing of their own. */
export const userOf = ({ kind, id }: Actor): string => (kind === 'user' && isId(id) ? id : nobody);

const rightsIn = (mailbox: ReadMailbox, actor: Actor): ReadonlySet<Right> => {
  const { id: mailboxId, accessType: type, ownerUserIds, defaultRole, memberRights } = mailbox;
  return rightsOn(actor, { mailboxId, type, ownerUserIds, defaultRole: defaultRole ?? 'agent', memberRights });
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
  async requireWithRights(asker: Asker, id: string, needed: Needed): Promise<MailboxWithRights> {
    const mailbox = await this.find(asker, id);
    const rights = rightsIn(mailbox, asker.actor);
    requirePermission(rights, asker.actor, needed);
    return { mailbox, rights };
  }

  /** The same with the mailbox's numbers, as one moment saw them. */
  async requireWithFeed(asker: Asker, id: string, needed: Needed): Promise<MailboxWithFeed> {
    const mailbox = await this.find(asker, id);
    requirePermission(rightsIn(mailbox, asker.actor), asker.actor, needed);
    return { mailbox, counters: mailbox.counters, revision: mailbox.sequence };
  }

  /** By context and number. */
  async list({ tenantId, actor }: Asker, filters: MailboxFilters): Promise<Page<PublicMailbox>> {
    const { limit, cursor, number, context, accessType, ownerUserId, held } = filters;
    const visible = isVisible('m.id', visibleMailboxes(actor, tenantId, 'listen'));
    const rows = await asTenant(this.ground.reader, tenantId, (manager) => {
      const query = manager.createQueryBuilder(MailboxRow, 'm').where('m.tenant_id = :tenantId', { tenantId });
      if (visible) query.andWhere(visible.sql, visible.parameters);
      if (number !== undefined) query.andWhere('m.number = :number', { number });
      if (context !== undefined) query.andWhere('m.context = :context', { context });
      if (accessType !== undefined) query.andWhere('m.access_type = :accessType', { accessType });
      if (ownerUserId !== undefined) query.andWhere(':ownerUserId = ANY (m.owner_user_ids)', { ownerUserId });
      if (held !== undefined) query.andWhere(`m.legal_hold IS ${held ? 'NOT ' : ''}NULL`);
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

  private async find({ tenantId, actor }: Asker, id: string): Promise<ReadMailbox> {
    const values = [tenantId, id, userOf(actor)];
    const [mailbox] = await this.ground.reads.rows<ReadMailbox>(mailboxReading, tenantId, values);
    if (mailbox === undefined) throw mailboxNotFound();
    return mailbox;
  }
}
