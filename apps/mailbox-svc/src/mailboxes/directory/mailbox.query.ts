import {
  type AccessType,
  type Actor,
  mailboxContext,
  mailboxNumber,
  type Mailbox as PublicMailbox,
} from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { z } from 'zod';
import { administratorRequired, type Rights, rightsOn } from '../../access/rights.ts';
import { visibleMailboxes } from '../../access/visible-mailboxes.ts';
import type { Ground } from '../../ground/ground.ts';
import { mailboxNotFound } from '../mailbox.decider.ts';
import { accessOf } from '../mailbox.ts';
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

/** A mailbox and the counters and number of its feed. */
export interface MailboxWithFeed {
  mailbox: MailboxRow;
  counters: number[];
  revision: number;
}

const listKey = z.tuple([mailboxContext, mailboxNumber]);

export const publicRow = ({ createdAt, updatedAt, ...row }: MailboxRow): PublicMailbox => ({
  ...row,
  status: 'open',
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

const permitted = (row: MailboxRow | null, actor: Actor, right: keyof Rights): MailboxRow => {
  if (row === null) throw mailboxNotFound();
  const rights = rightsOn(actor, accessOf(row));
  if (!rights.read) throw mailboxNotFound();
  if (!rights[right]) throw administratorRequired();
  return row;
};

/** Open mailboxes as an actor may see them. */
export class MailboxDirectory {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** Whoever asks: rights are the caller's to look at. */
  find(tenantId: string, id: string): Promise<MailboxRow | null> {
    return asTenant(this.ground.reader, tenantId, (manager) =>
      manager.findOne(MailboxRow, { where: { tenantId, id } }),
    );
  }

  /** The mailbox, when the actor has this right on it; `mailbox-not-found` or `administrator-required` otherwise. */
  async require({ tenantId, actor }: Asker, id: string, right: keyof Rights): Promise<MailboxRow> {
    return permitted(await this.find(tenantId, id), actor, right);
  }

  /** The same with the mailbox's numbers, as one moment saw them. */
  async requireWithFeed({ tenantId, actor }: Asker, id: string, right: keyof Rights): Promise<MailboxWithFeed> {
    const { entities, raw } = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager
        .createQueryBuilder(MailboxRow, 'm')
        .innerJoin('feed', 'f', 'f.tenant_id = m.tenant_id AND f.feed_id = m.id::text')
        .addSelect('f.counters', 'counters')
        .addSelect('f.sequence', 'sequence')
        .where('m.tenant_id = :tenantId AND m.id = :id', { tenantId, id })
        .getRawAndEntities<{ counters: string[]; sequence: number }>(),
    );
    const mailbox = permitted(entities[0] ?? null, actor, right);
    const [feed] = raw;
    if (feed === undefined) throw mailboxNotFound();
    return { mailbox, counters: feed.counters.map(Number), revision: feed.sequence };
  }

  /** By context and number. */
  async list({ tenantId, actor }: Asker, filters: MailboxFilters): Promise<Page<PublicMailbox>> {
    const { limit, cursor, number, context, accessType, ownerUserId } = filters;
    const visible = visibleMailboxes(actor, tenantId);
    const rows = await asTenant(this.ground.reader, tenantId, (manager) => {
      const query = manager.createQueryBuilder(MailboxRow, 'm').where('m.tenant_id = :tenantId', { tenantId });
      if (visible) query.andWhere(`m.id IN (${visible.sql})`, visible.parameters);
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
