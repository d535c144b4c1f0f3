import type { Delivery } from '@aftertone/contracts';
import { EntitySchema } from 'typeorm';
import { deliveryTable } from './delivery.projection.ts';

/** A delivery as it is read. */
export interface DeliveryRow extends Omit<Delivery, 'purpose' | 'nextAttemptAt' | 'createdAt'> {
  tenantId: string;
  /** Null in rows of before there were others. */
  purpose: Delivery['purpose'] | null;
  nextAttemptAt: Date | null;
  createdAt: Date;
}

export const DeliveryRow = new EntitySchema<DeliveryRow>({
  name: 'DeliveryRow',
  tableName: deliveryTable,
  columns: {
    tenantId: { name: 'tenant_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    eventId: { name: 'event_id', type: 'text' },
    messageId: { name: 'message_id', type: 'uuid', nullable: true },
    mailboxId: { name: 'mailbox_id', type: 'uuid', nullable: true },
    channel: { type: 'text' },
    purpose: { type: 'text', nullable: true },
    recipient: { type: 'text' },
    userId: { name: 'user_id', type: 'uuid', nullable: true },
    state: { type: 'text' },
    attempts: { type: 'jsonb' },
    bounce: { type: 'jsonb', nullable: true },
    replacedBy: { name: 'replaced_by', type: 'uuid', nullable: true },
    withoutRecording: { name: 'without_recording', type: 'text', nullable: true },
    nextAttemptAt: { name: 'next_attempt_at', type: 'timestamptz', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
  },
});
