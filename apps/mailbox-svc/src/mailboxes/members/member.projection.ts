import type { ChangeContext, RowChange } from '@aftertone/event-store';
import type { Mailbox } from '../mailbox.ts';
import { changesOf, type Members, noMembers } from './members.ts';

export const memberTable = 'mailbox_member';

const membersOf = (state: Mailbox): Members => (state.status === 'open' ? state.members : noMembers);

/** One row per member. A closed mailbox has none. */
export const memberRows = (before: Mailbox, after: Mailbox, { tenantId, id }: ChangeContext): RowChange[] => {
  const key = (user_id: string) => ({ tenant_id: tenantId, user_id, mailbox_id: id });
  const gone = (userId: string): RowChange => ({ table: memberTable, op: 'delete', key: key(userId) });
  if (after.status !== 'open') return [...changesOf(membersOf(before)).keys()].map(gone);
  return [...changesOf(after.members, membersOf(before))].map(([userId, member]) => {
    if (member === null) return gone(userId);
    const { role, rights, since } = member;
    return { table: memberTable, op: 'upsert', row: { ...key(userId), role, rights, since } };
  });
};
