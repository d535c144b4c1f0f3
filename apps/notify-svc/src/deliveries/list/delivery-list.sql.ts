import type { DeliveryFilter, deliveryState } from '@aftertone/contracts';
import type { z } from 'zod';

export interface DeliveryList {
  /** Null: of every tenant, for operators. */
  tenantId: string | null;
  filter: DeliveryFilter & { state?: z.output<typeof deliveryState> | undefined };
  /** The last one of the page before. */
  before: readonly [createdAt: string, id: string] | null;
  limit: number;
}

export interface Statement {
  text: string;
  values: unknown[];
}

/** Conditions on `d`, each of which an index has; `param` gives the place of a value in the statement. */
export const conditionsOf = (
  { state, channel, mailboxId, purpose, recipient }: DeliveryList['filter'],
  param: (value: unknown) => string,
): string[] => {
  const all: string[] = [];
  // The second half is what the index of the few that are not delivered asks for.
  if (state !== undefined) {
    all.push(`d.state = ${param(state)}${state === 'delivered' ? '' : ` AND d.state <> 'delivered'`}`);
  }
  if (channel !== undefined) all.push(`d.channel = ${param(channel)}`);
  if (mailboxId !== undefined) all.push(`d.mailbox_id = ${param(mailboxId)}`);
  if (recipient !== undefined) all.push(`d.recipient = ${param(recipient)}`);
  if (purpose === 'message') all.push(`(d.purpose IS NULL OR d.purpose = 'message')`);
  else if (purpose !== undefined) all.push(`d.purpose = ${param(purpose)} AND d.purpose <> 'message'`);
  return all;
};

/** Numbers the values of a statement as it is written. */
export const parameters = () => {
  const values: unknown[] = [];
  return {
    values,
    param: (value: unknown): string => {
      values.push(value);
      return `$${values.length}`;
    },
  };
};

export const deliveryColumns = `d.tenant_id AS "tenantId", d.id, d.event_id AS "eventId", d.message_id AS "messageId",
  d.mailbox_id AS "mailboxId", d.channel, d.purpose, d.recipient, d.user_id AS "userId", d.state, d.attempts, d.bounce,
  d.replaced_by AS "replacedBy", d.without_recording AS "withoutRecording",
  d.next_attempt_at AS "nextAttemptAt", d.created_at AS "createdAt"`;

/** Newest first; of one instant by id. */
export const deliveryListSql = ({ tenantId, filter, before, limit }: DeliveryList): Statement => {
  const { values, param } = parameters();
  const conditions = conditionsOf(filter, param);
  if (tenantId !== null) conditions.unshift(`d.tenant_id = ${param(tenantId)}`);
  if (before !== null) conditions.push(`(d.created_at, d.id) < (${param(before[0])}, ${param(before[1])})`);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const text = `SELECT ${deliveryColumns} FROM delivery d ${where}
    ORDER BY d.created_at DESC, d.id DESC LIMIT ${param(limit)}`;
  return { text, values };
};
