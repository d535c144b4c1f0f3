import type { LegalHold, WorkState } from '@aftertone/contracts';
import { EntitySchema } from 'typeorm';
import type { Caller, MessageFacts } from '../message.ts';
import { messageTable } from './message.projection.ts';

/** A message as it is read, until it is purged. */
export interface MessageRow
  extends Omit<MessageFacts, 'heardAt' | 'receivedAt' | 'dueAt' | 'state' | 'legalHold'>,
    Caller {
  tenantId: string;
  id: string;
  heardAt: Date | null;
  receivedAt: Date;
  /** Null: open. */
  state: Exclude<WorkState, 'open'> | null;
  dueAt: Date | null;
  legalHold: LegalHold | null;
  /** Deleted: in no list, but it can be restored. */
  deleted: boolean;
  version: number;
}

export const MessageRow = new EntitySchema<MessageRow>({
  name: 'MessageRow',
  tableName: messageTable,
  columns: {
    tenantId: { name: 'tenant_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    mailboxId: { name: 'mailbox_id', type: 'uuid' },
    folder: { type: 'text' },
    heardAt: { name: 'heard_at', type: 'timestamptz', nullable: true },
    urgent: { type: 'boolean' },
    confidential: { type: 'boolean' },
    callerNumber: { name: 'caller_number', type: 'text', nullable: true },
    callerName: { name: 'caller_name', type: 'text', nullable: true },
    calledNumber: { name: 'called_number', type: 'text', nullable: true },
    callId: { name: 'call_id', type: 'text', nullable: true },
    receivedAt: { name: 'received_at', type: 'timestamptz' },
    content: { type: 'jsonb' },
    state: { type: 'text', nullable: true },
    assigneeUserId: { name: 'assignee_user_id', type: 'uuid', nullable: true },
    dueAt: { name: 'due_at', type: 'timestamptz', nullable: true },
    copiedFrom: { name: 'copied_from', type: 'uuid', nullable: true },
    legalHold: { name: 'legal_hold', type: 'jsonb', nullable: true },
    deleted: { type: 'boolean' },
    version: { type: 'int' },
  },
});
