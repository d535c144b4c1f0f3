import type { Aggregate, ChangeContext, RowChange } from '@aftertone/event-store';
import { type EscalationCommand, escalationDecider } from './escalation.decider.ts';
import { type Escalation, type EscalationEvent, nextStep } from './escalation.ts';

export const timerTable = 'escalation_timer';

/** When it goes on, for whoever looks for what is due; an escalation that goes no further has none. */
const timerRow = (after: Escalation, { tenantId, id }: ChangeContext): RowChange[] => {
  if (after.status === 'absent') return [];
  const key = { tenant_id: tenantId, message_id: id };
  const next = after.status === 'running' ? nextStep(after) : undefined;
  if (next === undefined) return [{ table: timerTable, op: 'delete', key }];
  const { mailboxId: mailbox_id, correlationId: correlation_id } = after;
  return [{ table: timerTable, op: 'upsert', row: { ...key, mailbox_id, correlation_id, due_at: next.dueAt } }];
};

/** The escalation of one message, under the message's id. */
export const escalationAggregate: Aggregate<Escalation, EscalationCommand, EscalationEvent> = {
  type: 'escalation',
  decider: escalationDecider,
  codecs: {
    EscalationStarted: { schemaVersion: 1, sealed: ['caller'] },
    EscalationStepTaken: { schemaVersion: 1 },
    EscalationStopped: { schemaVersion: 1 },
    CallerErased: { schemaVersion: 1 },
  },
  effects: (_before, after, events, context) => ({
    rows: timerRow(after, context),
    destroyKey: events.some(({ type }) => type === 'CallerErased'),
  }),
};
