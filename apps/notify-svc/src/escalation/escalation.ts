import type { CareReason } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';
import type { Caller, MessageNotice } from '../deliveries/delivery.ts';

/** One step as it was set when the message came: later changes of the settings leave it alone. */
export interface Step {
  dueAt: string;
  email: readonly string[];
  sms: readonly string[];
  userIds: readonly string[];
}

/** What is needed to tell of the message later. */
export interface EscalationContent {
  messageId: string;
  mailboxId: string;
  /** Of the message when it came into the mailbox; absent: 0. */
  messageVersion?: number;
  /** Of the request that brought the message. */
  correlationId: string;
  notice: MessageNotice;
  /** Sealed in the log; gone once the message is purged. */
  caller?: Caller;
  steps: readonly Step[];
}

export interface StepTaken {
  messageId: string;
  mailboxId: string;
  /** From 1. */
  step: number;
  of: number;
  at: string;
}

export interface Stopped {
  reason: CareReason;
  /** The user who took care, where that is known. */
  by: string | null;
  at: string;
}

type Event<Type extends string, Data> = DomainEvent<Type, Data>;

export type EscalationEvent =
  | Event<'EscalationStarted', EscalationContent & { startedAt: string }>
  | Event<'EscalationStepTaken', StepTaken>
  | Event<'EscalationStopped', Stopped>
  /** The message was purged: the key of the caller's data went with this event. */
  | Event<'CallerErased', { at: string }>;

export interface StartedEscalation extends EscalationContent {
  status: 'running' | 'stopped' | 'ended';
  /** When each step was taken, in their order. */
  taken: readonly string[];
  stopped: Stopped | null;
  erased: boolean;
}

export type Escalation = { status: 'absent' } | StartedEscalation;

/** The step that comes next; undefined after the last. */
export const nextStep = ({ steps, taken }: StartedEscalation): Step | undefined => steps[taken.length];

/** The escalation after one of its events. */
export const evolve = (state: Escalation, event: EscalationEvent): Escalation => {
  if (event.type === 'EscalationStarted') {
    // Also after one that ended where the message was before.
    const { startedAt: _, ...content } = event.data;
    return { ...content, status: 'running', taken: [], stopped: null, erased: false };
  }
  if (state.status === 'absent') return state;
  switch (event.type) {
    case 'EscalationStepTaken': {
      const after = { ...state, taken: [...state.taken, event.data.at] };
      return nextStep(after) === undefined ? { ...after, status: 'ended' } : after;
    }
    case 'EscalationStopped':
      return { ...state, status: 'stopped', stopped: event.data };
    case 'CallerErased': {
      const { caller: _, ...rest } = state;
      return { ...rest, erased: true };
    }
  }
};
