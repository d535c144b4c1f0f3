import type { ChangeContext, RowChange } from '@aftertone/event-store';
import type { Delivery, PlannedDelivery } from '../delivery.ts';

export const deliveryTable = 'delivery';
export const workTable = 'delivery_work';

const deliveryRow = (delivery: PlannedDelivery, { tenantId, id }: ChangeContext): RowChange => {
  const { facts, status, attempts, plannedAt, dueAt } = delivery;
  const row = {
    tenant_id: tenantId,
    id,
    event_id: facts.eventId,
    message_id: facts.messageId,
    mailbox_id: facts.mailboxId,
    channel: facts.channel,
    recipient: facts.recipient,
    state: status,
    attempts,
    next_attempt_at: status === 'pending' ? dueAt : null,
    created_at: plannedAt,
  };
  return { table: deliveryTable, op: 'upsert', row };
};

/** What is still to be done, for whoever takes it; a finished delivery is no work. */
const workRow = (delivery: PlannedDelivery, { tenantId, id }: ChangeContext): RowChange => {
  const { status, facts, attempts, dueAt, leaseUntil } = delivery;
  const key = { tenant_id: tenantId, id };
  if (status !== 'pending' && status !== 'sending') return { table: workTable, op: 'delete', key };
  const sending = status === 'sending';
  const times = { attempts: attempts.length, due_at: sending ? leaseUntil : dueAt };
  const row = { ...key, sending, ...times, correlation_id: facts.correlationId };
  return { table: workTable, op: 'upsert', row };
};

/** The row by which a delivery is listed, and the one by which it is taken for sending. */
export const deliveryRows = (after: Delivery, context: ChangeContext): RowChange[] =>
  after.status === 'absent' ? [] : [deliveryRow(after, context), workRow(after, context)];
