import type { ChangeContext, RowChange } from '@aftertone/event-store';
import type { Mailbox } from '../mailbox.ts';
import { type Members, noMembers } from './members.ts';

export const memberTable = 'mailbox_member';

const membersOf = (state: Mailbox): Members => (state.status === 'open' ? state.members : noMembers);

/** One row per member that came, changed or went. A closed mailbox has none. */
export const memberRows = (before: Mailbox, after: Mailbox, { tenantId, id }: ChangeContext): RowChange[] => {
  const [had, has] = [membersOf(before), membersOf(after)];
  if (had === has) return [];
  const key = (user_id: string) => ({ tenant_id: tenantId, user_id, mailbox_id: id });
  const gone = [...had.keys()].filter((userId) => !has.has(userId));
  const changed = [...has.values()].filter((member) => had.get(member.userId) !== member);
  return [
    ...gone.map((userId): RowChange => ({ table: memberTable, op: 'delete', key: key(userId) })),
    ...changed.map(
      ({ userId, role, rights, since }): RowChange => ({
        table: memberTable,
        op: 'upsert',
        row: { ...key(userId), role, rights, since },
      }),
    ),
  ];
};
