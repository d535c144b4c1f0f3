import { z } from 'zod';
import { instant, messageId, userId } from '../common.ts';
import { empty } from './call.ts';
import { commandsOf, queriesOf } from './rpc.ts';

const command = commandsOf('notify');
const query = queriesOf('notify');

/** Why an escalation went no further. `gone`: trashed or deleted; `moved`: to another mailbox, whose settings hold then. */
export const careReason = z.enum([
  'heard',
  'claimed',
  'done',
  'acknowledged',
  'gone',
  'moved',
  'purged',
  'mailbox-closed',
]);
export type CareReason = z.output<typeof careReason>;

/** How far the escalation of a message has come. */
export const escalationView = z.object({
  /** `none`: there is none; `running`: it goes on unless somebody takes care; `ended`: after its last step. */
  state: z.enum(['none', 'running', 'stopped', 'ended']),
  steps: z.array(
    z.object({
      /** From 1. */
      step: z.number().int(),
      dueAt: instant,
      /** Null: not yet, or, when it was stopped before, never. */
      takenAt: instant.nullable(),
    }),
  ),
  /** `by`: the user who took care, where that is known. */
  stopped: z.object({ reason: careReason, by: userId.nullable(), at: instant }).nullable(),
});
export type EscalationView = z.output<typeof escalationView>;

export const escalationCommands = {
  /** The actor takes care of the message. The gateway has asked mailbox-svc whether the actor may. */
  acknowledgeMessage: command('acknowledge-message', z.strictObject({ messageId }), empty),
};

export const escalationQueries = {
  /** The gateway has asked mailbox-svc whether the actor may see the message. */
  getEscalation: query('get-escalation', z.strictObject({ messageId }), escalationView),
};
