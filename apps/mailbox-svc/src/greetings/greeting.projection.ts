import { greetingKind } from '@aftertone/contracts';
import type { ChangeContext, RowChange } from '@aftertone/event-store';
import { type Greetings, greetingOf } from './greetings.ts';

export const greetingTable = 'greeting';

/** A row for each greeting that was ever set; none once the mailbox is closed. */
export const greetingRows = (before: Greetings, after: Greetings, { tenantId, id }: ChangeContext): RowChange[] =>
  greetingKind.options.flatMap((kind): RowChange[] => {
    const [had, has] = [greetingOf(before, kind), greetingOf(after, kind)];
    if (had.greeting.version === has.greeting.version) return [];
    const key = { tenant_id: tenantId, mailbox_id: id, kind };
    if (after.status === 'purged') return [{ table: greetingTable, op: 'delete', key }];
    const { recording, activation, updatedAt, version } = has.greeting;
    const row = { ...key, recording, activation, earlier: has.earlier, updated_at: updatedAt, version };
    return [{ table: greetingTable, op: 'upsert', row }];
  });
