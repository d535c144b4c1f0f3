import type { ChangeContext, RowChange } from '@aftertone/event-store';
import type { Message } from '../message.ts';

export const messageTable = 'message';

/**
 * The row by which a message is listed and found; it ends with the message's purge. What is kept elsewhere has none at any
 * time: so nobody finds it.
 */
export const messageRows = (after: Message, { tenantId, id, version, at }: ChangeContext): RowChange[] => {
  switch (after.status) {
    case 'absent':
    case 'forwarding':
    case 'forwarded':
      return [];
    case 'purged':
      return [{ table: messageTable, op: 'delete', key: { tenant_id: tenantId, id } }];
    case 'kept':
    case 'deleted': {
      const { message, caller, since } = after;
      const row = {
        tenant_id: tenantId,
        id,
        mailbox_id: message.mailboxId,
        folder: message.folder,
        heard_at: message.heardAt,
        urgent: message.urgent,
        confidential: message.confidential,
        caller_number: caller?.callerNumber ?? null,
        caller_name: caller?.callerName ?? null,
        called_number: caller?.calledNumber ?? null,
        call_id: caller?.callId ?? null,
        received_at: message.receivedAt,
        content: message.content,
        state: message.state === 'open' ? null : message.state,
        assignee_user_id: message.assigneeUserId,
        due_at: message.dueAt,
        copied_from: message.copiedFrom,
        legal_hold: message.legalHold ?? null,
        // Of what began before that was told, the last that happened is known: it is no earlier.
        stage_since: since ?? at,
        deleted: after.status === 'deleted',
        version,
      };
      return [{ table: messageTable, op: 'upsert', row }];
    }
  }
};
