import type { Right } from '@aftertone/contracts';
import type { Reading } from '@aftertone/event-store';
import { columnsOf } from '../../ground/columns.ts';
import { MailboxRow } from './mailbox.entity.ts';

/** A mailbox, its numbers and somebody's rights as a member of it, as one moment saw them. */
export interface ReadMailbox extends MailboxRow {
  counters: number[];
  sequence: number;
  /** Null: no member. */
  memberRights: Right[] | null;
}

/** Takes tenant, mailbox and the reading user, null for none; all that calls about one mailbox begin with. */
export const mailboxReading: Reading = {
  name: 'mailbox',
  text: `
    SELECT ${columnsOf(MailboxRow, 'm')}, f.counters, f.sequence, mm.rights AS "memberRights"
    FROM mailbox m
    JOIN feed f ON f.tenant_id = m.tenant_id AND f.feed_id = m.id::text
    LEFT JOIN mailbox_member mm ON mm.tenant_id = m.tenant_id AND mm.mailbox_id = m.id AND mm.user_id = $3
    WHERE m.tenant_id = $1 AND m.id = $2`,
};
