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
/** Somebody took care of the message, or it is gone. `mailboxId`: from there; null: wherever it is. */
export type StopEscalation = Command<'StopEscalation', Pick<Stopped, 'reason' | 'by'> & { mailboxId: string | null }>;
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

/** It starts again where the message was moved to; what is told of its places may come in any order. */
const start = (escalation: Escalation, content: EscalationContent, startedAt: string): EscalationEvent[] => {
  if (content.steps.length === 0) return [];
  const started: EscalationEvent = { type: 'EscalationStarted', data: { ...content, startedAt } };
  if (escalation.status === 'absent') return [started];
  const { messageVersion = 0 } = content;
  if (escalation.erased || messageVersion <= (escalation.messageVersion ?? 0)) return [];
  return [...stop(escalation, { reason: 'moved', by: null, at: startedAt }), started];
};

const decide = (command: EscalationCommand, escalation: Escalation): EscalationEvent[] => {
  const { now } = command.meta;
  if (command.type === 'StartEscalation') return start(escalation, command.data, now);
  // Most messages have none: whoever takes care of one need not know.
  if (escalation.status === 'absent') return [];
  switch (command.type) {
    case 'TakeStep':
      return takeStep(escalation, now);
    case 'StopEscalation': {
      const { mailboxId, ...data } = command.data;
      if (mailboxId !== null && mailboxId !== escalation.mailboxId) return [];
      return stop(escalation, { ...data, at: now });
    }
    case 'EraseEscalation':
      return erase(escalation, now);
  }
};

export const escalationDecider: Decider<Escalation, EscalationCommand, EscalationEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
