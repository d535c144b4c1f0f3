import type { Command, Decider } from '@aftertone/kernel';
import {
  type Escalation,
  type EscalationContent,
  type EscalationEvent,
  evolve,
  nextStep,
  type StartedEscalation,
  type Stopped,
} from './escalation.ts';

export type StartEscalation = Command<'StartEscalation', EscalationContent>;
/** The time of a step may have come. */
export type TakeStep = Command<'TakeStep', Record<string, never>>;
/** Somebody took care of the message, or it is gone. */
export type StopEscalation = Command<'StopEscalation', Pick<Stopped, 'reason' | 'by'>>;
/** The message was purged: forget the caller. */
export type EraseEscalation = Command<'EraseEscalation', Record<string, never>>;

export type EscalationCommand = StartEscalation | TakeStep | StopEscalation | EraseEscalation;

const takeStep = (escalation: StartedEscalation, now: string): EscalationEvent[] => {
  const next = nextStep(escalation);
  if (escalation.status !== 'running' || next === undefined || now < next.dueAt) return [];
  const { messageId, mailboxId, taken, steps } = escalation;
  const data = { messageId, mailboxId, step: taken.length + 1, of: steps.length, at: now };
  return [{ type: 'EscalationStepTaken', data }];
};

const stop = (escalation: StartedEscalation, stopped: Stopped): EscalationEvent[] =>
  escalation.status === 'running' ? [{ type: 'EscalationStopped', data: stopped }] : [];

const erase = (escalation: StartedEscalation, at: string): EscalationEvent[] => {
  if (escalation.erased) return [];
  return [...stop(escalation, { reason: 'purged', by: null, at }), { type: 'CallerErased', data: { at } }];
};

const decide = (command: EscalationCommand, escalation: Escalation): EscalationEvent[] => {
  const { now } = command.meta;
  if (command.type === 'StartEscalation') {
    if (escalation.status !== 'absent' || command.data.steps.length === 0) return [];
    return [{ type: 'EscalationStarted', data: { ...command.data, startedAt: now } }];
  }
  // Most messages have none: whoever takes care of one need not know.
  if (escalation.status === 'absent') return [];
  switch (command.type) {
    case 'TakeStep':
      return takeStep(escalation, now);
    case 'StopEscalation':
      return stop(escalation, { ...command.data, at: now });
    case 'EraseEscalation':
      return erase(escalation, now);
  }
};

export const escalationDecider: Decider<Escalation, EscalationCommand, EscalationEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
