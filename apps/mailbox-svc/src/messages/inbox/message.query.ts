import { type AccessType, id, instant, type MailboxAccess, type MessageItem, type Quota } from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import type { SelectQueryBuilder } from 'typeorm';
import { z } from 'zod';
import { rightsOn } from '../../access/rights.ts';
import { type Condition, visibleMailboxes } from '../../access/visible-mailboxes.ts';
import type { Ground } from '../../ground/ground.ts';
import { MailboxRow } from '../../mailboxes/directory/mailbox.entity.ts';
import type { Asker } from '../../mailboxes/directory/mailbox.query.ts';
import { messageNotFound } from '../message.decider.ts';
import type { Caller, MessageFacts } from '../message.ts';
import { MessageRow } from './message.entity.ts';

export interface MessageFilters {
  limit: number;
  cursor?: string | undefined;
  folder?: string | undefined;
  heard?: boolean | undefined;
  urgent?: boolean | undefined;
  from?: string | undefined;
  until?: string | undefined;
  caller?: string | undefined;
  accessType?: AccessType | undefined;
}

/** A message, who may see its mailbox and what that allows. */
export interface FoundMessage {
  message: MessageRow;
  access: MailboxAccess;
  quota: Quota;
}

/** Lists are newest first; messages of one instant by id. */
const listKey = z.tuple([instant, id]);

export const itemOf = ({ message, access }: Pick<FoundMessage, 'message' | 'access'>): MessageItem => {
  const { deleted: _, heardAt, receivedAt, ...row } = message;
  return {
    ...row,
    heard: heardAt !== null,
    heardAt: heardAt?.toISOString() ?? null,
    receivedAt: receivedAt.toISOString(),
    accessType: access.type,
  };
};

/** A row as what the rules know. */
export const factsOf = (row: MessageRow): { source: MessageFacts; caller: Caller } => {
  const { mailboxId, folder, heardAt, urgent, confidential, receivedAt, content, copiedFrom } = row;
  const { callerNumber, callerName, calledNumber, callId } = row;
  const times = { heardAt: heardAt?.toISOString() ?? null, receivedAt: receivedAt.toISOString() };
  return {
    source: { mailboxId, folder, urgent, confidential, content, copiedFrom, ...times },
    caller: { callerNumber, callerName, calledNumber, callId },
  };
};

const conditions = (m: string, filters: MessageFilters): Condition[] => {
  const { cursor, folder, heard, urgent, from, until, caller } = filters;
  const found: Condition[] = [];
  const where = (sql: string, parameters: Record<string, unknown> = {}) => found.push({ sql, parameters });
  where(`NOT ${m}.deleted`);
  if (folder !== undefined) where(`${m}.folder = :folder`, { folder });
  if (heard !== undefined) where(`${m}.heard_at IS ${heard ? 'NOT NULL' : 'NULL'}`);
  if (urgent !== undefined) where(`${m}.urgent = :urgent`, { urgent });
  if (from !== undefined) where(`${m}.received_at >= :from`, { from });
  if (until !== undefined) where(`${m}.received_at < :until`, { until });
  if (caller !== undefined) where(`${m}.caller_number = :caller`, { caller });
  if (cursor !== undefined) {
    const [beforeAt, beforeId] = readCursor(cursor, listKey);
    where(`(${m}.received_at, ${m}.id) < (:beforeAt, :beforeId)`, { beforeAt, beforeId });
  }
  return found;
};

/** The newest of each mailbox by its index: reading all mailboxes' messages to sort them would cost their whole length. */
const newestOfEach = (mailboxes: Condition, filters: MessageFilters): Condition => {
  const inner = conditions('x', filters);
  return {
    sql: `m.id IN (
      SELECT newest.id FROM (${mailboxes.sql}) box CROSS JOIN LATERAL (
        SELECT x.id FROM message x
        WHERE x.tenant_id = :tenantId AND x.mailbox_id = box.id AND ${inner.map(({ sql }) => sql).join(' AND ')}
        ORDER BY x.received_at DESC, x.id DESC LIMIT :take) newest)`,
    parameters: Object.assign({ ...mailboxes.parameters, take: filters.limit + 1 }, ...inner.map((c) => c.parameters)),
  };
};

const found = async (query: SelectQueryBuilder<MessageRow>): Promise<FoundMessage[]> => {
  const { entities, raw } = await query
    .innerJoin(MailboxRow.options.name, 'b', 'b.tenant_id = m.tenant_id AND b.id = m.mailbox_id')
    .addSelect('b.access_type', 'box_access')
    .addSelect('b.owner_user_ids', 'box_owners')
    .addSelect('b.quota', 'box_quota')
    .getRawAndEntities<{ box_access: AccessType; box_owners: string[]; box_quota: Quota }>();
  return entities.flatMap((message, n) => {
    const box = raw[n];
    if (box === undefined) return [];
    return [{ message, access: { type: box.box_access, ownerUserIds: box.box_owners }, quota: box.box_quota }];
  });
};

/** Messages as an actor may see them. */
export class MessageInbox {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** The message when the actor may act on it, `message-not-found` otherwise. */
  async require({ tenantId, actor }: Asker, id: string, which: { deleted: boolean }): Promise<FoundMessage> {
    const [message] = await asTenant(this.ground.reader, tenantId, (manager) =>
      found(
        manager
          .createQueryBuilder(MessageRow, 'm')
          .where('m.tenant_id = :tenantId AND m.id = :id', { tenantId, id })
          .andWhere(which.deleted ? 'TRUE' : 'NOT m.deleted'),
      ),
    );
    if (message === undefined || !rightsOn(actor, message.access).messages) throw messageNotFound();
    return message;
  }

  /** Messages of one mailbox, on which the actor's rights have been looked at, or of all that the actor may see. */
  async list({ tenantId, actor }: Asker, filters: MessageFilters, mailboxId?: string): Promise<Page<MessageItem>> {
    const { limit, accessType } = filters;
    const visible = mailboxId === undefined ? visibleMailboxes(actor, tenantId) : null;
    const rows = await asTenant(this.ground.reader, tenantId, (manager) => {
      const query = manager.createQueryBuilder(MessageRow, 'm').where('m.tenant_id = :tenantId', { tenantId });
      if (mailboxId !== undefined) query.andWhere('m.mailbox_id = :mailboxId', { mailboxId });
      if (accessType !== undefined) query.andWhere('b.access_type = :accessType', { accessType });
      const wanted = visible ? [newestOfEach(visible, filters)] : conditions('m', filters);
      for (const { sql, parameters } of wanted) query.andWhere(sql, parameters);
      query.orderBy('m.receivedAt', 'DESC').addOrderBy('m.id', 'DESC');
      return found(query.limit(limit + 1));
    });
    return pageOf(rows, limit, itemOf, ({ message }) => [message.receivedAt.toISOString(), message.id]);
  }
}
