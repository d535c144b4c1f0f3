import type { Delivery } from '@aftertone/contracts';
import { EntitySchema } from 'typeorm';
import { deliveryTable } from './delivery.projection.ts';

/** A delivery as it is read. */
export interface DeliveryRow extends Omit<Delivery, 'nextAttemptAt' | 'createdAt'> {
  tenantId: string;
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
    messageId: { name: 'message_id', type: 'uuid' },
    mailboxId: { name: 'mailbox_id', type: 'uuid' },
    channel: { type: 'text' },
    recipient: { type: 'text' },
    state: { type: 'text' },
    attempts: { type: 'jsonb' },
    nextAttemptAt: { name: 'next_attempt_at', type: 'timestamptz', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
  },
});
