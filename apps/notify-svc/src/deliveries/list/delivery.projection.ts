import type { ChangeContext, RowChange } from '@aftertone/event-store';
import { endpointOf, laneOf, stepOf } from '../chain.ts';
import type { Delivery, PlannedDelivery } from '../delivery.ts';

export const deliveryTable = 'delivery';
export const workTable = 'delivery_queue';

const deliveryRow = (delivery: PlannedDelivery, { tenantId, id }: ChangeContext): RowChange => {
  const { facts, status, attempts, plannedAt, dueAt, bounce, replacedBy, withoutRecording } = delivery;
  const row = {
    tenant_id: tenantId,
    id,
    event_id: facts.eventId,
    message_id: facts.messageId,
    mailbox_id: facts.mailboxId,
    channel: facts.channel,
    purpose: facts.purpose,
    recipient: facts.recipient,
    user_id: facts.userId,
    state: status,
    attempts,
    bounce,
    replaced_by: replacedBy,
    without_recording: withoutRecording,
    next_attempt_at: status === 'pending' ? dueAt : null,
    created_at: plannedAt,
  };
  return { table: deliveryTable, op: 'upsert', row };
};

/** What is still to be done, for whoever takes it; a finished delivery is no work. */
const workRow = (delivery: PlannedDelivery, { tenantId, id }: ChangeContext): RowChange => {
  const { status, facts, attempts, dueAt, leaseUntil, plannedAt, group = null } = delivery;
  const { endpoint = endpointOf(tenantId, facts) } = delivery;
  const key = { tenant_id: tenantId, id };
  if (status !== 'pending' && status !== 'sending') return { table: workTable, op: 'delete', key };
  const sending = status === 'sending';
  const row = {
    ...key,
    lane: laneOf(facts.channel),
    step: stepOf(facts.channel),
    endpoint,
    event_id: facts.eventId,
    group_key: group,
    planned_at: plannedAt,
    sending,
    held: false,
    attempts: attempts.length,
    due_at: sending ? leaseUntil : dueAt,
    correlation_id: facts.correlationId,
  };
  return { table: workTable, op: 'upsert', row };
};

/** The row by which a delivery is listed, and the one by which it is taken for sending. */
export const deliveryRows = (before: Delivery, after: Delivery, context: ChangeContext): RowChange[] => {
  if (after.status === 'absent') return [];
  const work = workRow(after, context);
  // What ends as it begins never was any work.
  const wasNone = before.status === 'absent' && work.op === 'delete';
  return [deliveryRow(after, context), ...(wasNone ? [] : [work])];
};
