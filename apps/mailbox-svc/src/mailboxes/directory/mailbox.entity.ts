import type {
  EmptyMessages,
  HeardState,
  LegalHold,
  MailboxRetention,
  MemberRole,
  MessageStorage,
} from '@aftertone/contracts';
import { EntitySchema } from 'typeorm';
import type { MailboxFacts } from '../mailbox.ts';
import { mailboxTable } from './mailbox.projection.ts';

/** An open mailbox as it is read. */
export interface MailboxRow
  extends Omit<
    MailboxFacts,
    'createdAt' | 'updatedAt' | 'defaultRole' | 'heardState' | 'notify' | 'storage' | 'emptyMessages' | 'retention'
  > {
  tenantId: string;
  id: string;
  /** Null: the default. */
  defaultRole: MemberRole | null;
  heardState: HeardState | null;
  /** Rows of before there were all the fields lack some. */
  notify: object;
  /** Null: here. */
  storage: MessageStorage | null;
  /** Null: they are kept. */
  emptyMessages: EmptyMessages | null;
  /** Null: as the tenant has it. */
  retention: MailboxRetention | null;
  legalHold: LegalHold | null;
  createdAt: Date;
  updatedAt: Date;
}

export const MailboxRow = new EntitySchema<MailboxRow>({
  name: 'MailboxRow',
  tableName: mailboxTable,
  columns: {
    tenantId: { name: 'tenant_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    shortId: { name: 'short_id', type: 'int' },
    number: { type: 'text' },
    context: { type: 'text' },
    name: { type: 'text' },
    accessType: { name: 'access_type', type: 'text' },
    ownerUserIds: { name: 'owner_user_ids', type: 'uuid', array: true },
    defaultRole: { name: 'default_role', type: 'text', nullable: true },
    heardState: { name: 'heard_state', type: 'text', nullable: true },
    timezone: { type: 'text' },
    language: { type: 'text' },
    quota: { type: 'jsonb' },
    notify: { type: 'jsonb' },
    storage: { type: 'jsonb', nullable: true },
    emptyMessages: { name: 'empty_messages', type: 'text', nullable: true },
    retention: { type: 'jsonb', nullable: true },
    legalHold: { name: 'legal_hold', type: 'jsonb', nullable: true },
    extra: { type: 'jsonb' },
    hasPin: { name: 'has_pin', type: 'boolean' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
    version: { type: 'int' },
  },
});
