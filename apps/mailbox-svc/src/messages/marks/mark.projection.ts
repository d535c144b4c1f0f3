import type { ChangeContext, RowChange } from '@aftertone/event-store';
import type { Message } from '../message.ts';
import { marksOf } from './marks.ts';

export const markTable = 'message_mark';

/** A row for each own heard state, for reading lists as a member sees them; gone when its message leaves the mailbox. */
export const markRows = (before: Message, after: Message, { tenantId, id }: ChangeContext): RowChange[] => {
  const [had, has] = [marksOf(before), marksOf(after)];
  const key = (state: Message, userId: string) => ({
    tenant_id: tenantId,
    mailbox_id: state.status === 'kept' || state.status === 'deleted' ? state.message.mailboxId : null,
    user_id: userId,
    message_id: id,
  });
  return [
    ...[...had.keys()]
      .filter((userId) => !has.has(userId))
      .map((userId): RowChange => ({ table: markTable, op: 'delete', key: key(before, userId) })),
    ...[...has]
      .filter(([userId, heardAt]) => had.get(userId) !== heardAt)
      .map(
        ([userId, heard_at]): RowChange => ({
          table: markTable,
          op: 'upsert',
          row: { ...key(after, userId), heard_at },
        }),
      ),
  ];
};
