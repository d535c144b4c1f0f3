import { type Actor, id, instant, type WorkState } from '@aftertone/contracts';
import { readCursor } from '@aftertone/event-store';
import { invalid } from '@aftertone/kernel';
import { z } from 'zod';
import { administratorRequired } from '../../access/rights.ts';
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
  held?: boolean | undefined;
  deleted?: true | undefined;
}

/** Lists are newest first; messages of one instant by id. */
const listKey = z.tuple([instant, id]);

/** Whether only one user's messages are asked for: of those there are few, in whichever mailbox. */
export const isOfOneAssignee = ({ assignee }: MessageFilters): boolean => assignee !== undefined && assignee !== 'none';

/** Several conditions as one. */
export const allOf = (all: readonly Condition[]): Condition => ({
  sql: all.map(({ sql }) => sql).join(' AND '),
  parameters: Object.assign({}, ...all.map(({ parameters }) => parameters)),
});

/** The heard state that everybody shares. */
export const sharedHeard = (m: string, heard: boolean): string => `${m}.heard_at IS ${heard ? 'NOT ' : ''}NULL`;

/** Asks of a place in the list to be behind the cursor. */
export const behindCursor = (place: string, cursor: string | undefined): Condition[] => {
  if (cursor === undefined) return [];
  const [beforeAt, beforeId] = readCursor(cursor, listKey);
  return [{ sql: `${place} < (:beforeAt, :beforeId)`, parameters: { beforeAt, beforeId } }];
};

/** Deleted messages are in no list but that of what administrators hold. @throws DomainError */
export const requireHeldOnly = ({ held }: Pick<MessageFilters, 'held'>, actor: Actor): void => {
  if (!actor.admin) throw administratorRequired();
  if (held) return;
  const errors = [{ path: 'deleted', message: 'goes with held=true alone' }];
  throw invalid('invalid-request', 'Deleted messages are listed only where they are held.', { errors });
};

/** What a list for the actor asks of the rows of the alias `m`; `heard` is the state that everybody shares. */
export const conditions = (m: string, filters: MessageFilters, actor: Actor): Condition[] => {
  const { cursor, folder, heard, urgent, from, until, caller, assignee, state, held, deleted } = filters;
  const found: Condition[] = [];
  const where = (sql: string, parameters: Record<string, unknown> = {}) => found.push({ sql, parameters });
  where(deleted ? `${m}.deleted` : `NOT ${m}.deleted`);
  if (folder !== undefined) where(`${m}.folder = :folder`, { folder });
  if (heard !== undefined) where(sharedHeard(m, heard));
  if (urgent !== undefined) where(urgent ? `${m}.urgent` : `NOT ${m}.urgent`);
  if (from !== undefined) where(`${m}.received_at >= :from`, { from });
  if (until !== undefined) where(`${m}.received_at < :until`, { until });
  if (caller !== undefined) where(`${m}.caller_number = :caller`, { caller });
  if (held !== undefined) where(`${m}.legal_hold IS ${held ? 'NOT ' : ''}NULL`);
  if (state === 'open') where(`${m}.state IS NULL`);
  else if (state !== undefined) where(`${m}.state = :state`, { state });
  if (assignee === 'none') where(`${m}.assignee_user_id IS NULL`);
  else if (assignee !== undefined) {
    where(`${m}.assignee_user_id = :assignee`, { assignee: assignee === 'me' ? userOf(actor) : assignee });
  }
  return [...found, ...behindCursor(`(${m}.received_at, ${m}.id)`, cursor)];
};
