import { type Actor, id, instant, type WorkState } from '@aftertone/contracts';
import { readCursor } from '@aftertone/event-store';
import { z } from 'zod';
import type { Condition } from '../../access/visible-mailboxes.ts';
import { userOf } from '../../mailboxes/directory/mailbox.query.ts';

export interface MessageFilters {
  limit: number;
  cursor?: string | undefined;
  folder?: string | undefined;
  heard?: boolean | undefined;
  urgent?: boolean | undefined;
  from?: string | undefined;
  until?: string | undefined;
  caller?: string | undefined;
  /** `me`, `none` or a user's id. */
  assignee?: string | undefined;
  state?: WorkState | undefined;
}

/** Lists are newest first; messages of one instant by id. */
const listKey = z.tuple([instant, id]);

/** A user's own heard state of the message `m`, where its mailbox has such: no row where there is none. */
const ownMark = (m: string): string => `
  SELECT k.heard_at IS NOT NULL FROM message_mark k
  JOIN mailbox kb ON kb.tenant_id = k.tenant_id AND kb.id = k.mailbox_id AND kb.heard_state = 'member'
  WHERE k.tenant_id = ${m}.tenant_id AND k.mailbox_id = ${m}.mailbox_id AND k.message_id = ${m}.id
    AND k.user_id = :viewerId`;

/** Whether only one user's messages are asked for: of those there are few, in whichever mailbox. */
export const isOfOneAssignee = ({ assignee }: MessageFilters): boolean => assignee !== undefined && assignee !== 'none';

/** Who asks, and whether any mailbox that is asked about may have its members' own heard states. */
export interface ListViewer {
  actor: Actor;
  mayHaveOwn: boolean;
}

/** What a list for the actor asks of the rows of the alias `m`. */
export const conditions = (m: string, filters: MessageFilters, { actor, mayHaveOwn }: ListViewer): Condition[] => {
  const { cursor, folder, heard, urgent, from, until, caller, assignee, state } = filters;
  const found: Condition[] = [];
  const where = (sql: string, parameters: Record<string, unknown> = {}) => found.push({ sql, parameters });
  where(`NOT ${m}.deleted`);
  if (folder !== undefined) where(`${m}.folder = :folder`, { folder });
  // The one that everybody shares has an index; own ones are looked at message by message.
  if (heard !== undefined && !mayHaveOwn) where(`${m}.heard_at IS ${heard ? 'NOT ' : ''}NULL`);
  else if (heard !== undefined) {
    const viewerId = userOf(actor);
    where(`coalesce((${ownMark(m)}), ${m}.heard_at IS NOT NULL) = :heard`, { viewerId, heard });
  }
  if (urgent !== undefined) where(urgent ? `${m}.urgent` : `NOT ${m}.urgent`);
  if (from !== undefined) where(`${m}.received_at >= :from`, { from });
  if (until !== undefined) where(`${m}.received_at < :until`, { until });
  if (caller !== undefined) where(`${m}.caller_number = :caller`, { caller });
  if (state === 'open') where(`${m}.state IS NULL`);
  else if (state !== undefined) where(`${m}.state = :state`, { state });
  if (assignee === 'none') where(`${m}.assignee_user_id IS NULL`);
  else if (assignee !== undefined) {
    where(`${m}.assignee_user_id = :assignee`, { assignee: assignee === 'me' ? userOf(actor) : assignee });
  }
  if (cursor !== undefined) {
    const [beforeAt, beforeId] = readCursor(cursor, listKey);
    where(`(${m}.received_at, ${m}.id) < (:beforeAt, :beforeId)`, { beforeAt, beforeId });
  }
  return found;
};

/** The newest of each mailbox by its index: reading all mailboxes' messages to sort them would cost their whole length. */
export const newestOfEach = (mailboxes: Condition, filters: MessageFilters, viewer: ListViewer): Condition => {
  const inner = conditions('x', filters, viewer);
  return {
    sql: `m.id IN (
      SELECT newest.id FROM (${mailboxes.sql}) box CROSS JOIN LATERAL (
        SELECT x.id FROM message x
        WHERE x.tenant_id = :tenantId AND x.mailbox_id = box.id AND ${inner.map(({ sql }) => sql).join(' AND ')}
        ORDER BY x.received_at DESC, x.id DESC LIMIT :take) newest)`,
    parameters: Object.assign({ ...mailboxes.parameters, take: filters.limit + 1 }, ...inner.map((c) => c.parameters)),
  };
};
