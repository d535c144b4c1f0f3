import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { caller, facts, notice } from '../deliveries/delivery.samples.ts';
import { type EscalationCommand, escalationDecider } from './escalation.decider.ts';
import type { EscalationContent, EscalationEvent } from './escalation.ts';

const given = deciderSpec(escalationDecider);

const [startedAt, first, second, later] = ['08:00', '08:05', '08:10', '09:00'].map(
  (time) => `2026-07-14T${time}:00.000Z`,
) as [string, string, string, string];
const { messageId, mailboxId, correlationId } = facts;
const to = (email: string) => ({ email: [email], sms: [], userIds: [] });
const content: EscalationContent = {
  ...{ messageId, mailboxId, correlationId, notice, caller },
  steps: [
    { dueAt: first, ...to('anna@example.test') },
    { dueAt: second, ...to('boss@example.test') },
  ],
};

const start = (data = content): EscalationCommand => ({ type: 'StartEscalation', data, meta: { now: startedAt } });
const take = (now: string): EscalationCommand => ({ type: 'TakeStep', data: {}, meta: { now } });
const stop: EscalationCommand = {
  type: 'StopEscalation',
  data: { reason: 'heard', by: null, mailboxId: null },
  meta: { now: later },
};
const erase: EscalationCommand = { type: 'EraseEscalation', data: {}, meta: { now: later } };

const started: EscalationEvent = { type: 'EscalationStarted', data: { ...content, startedAt } };
const taken = (step: number, at: string): EscalationEvent => ({
  type: 'EscalationStepTaken',
  data: { messageId, mailboxId, step, of: 2, at },
});
const stopped = (reason: 'heard' | 'purged' | 'moved'): EscalationEvent => ({
  type: 'EscalationStopped',
  data: { reason, by: null, at: later },
});
const erased: EscalationEvent = { type: 'CallerErased', data: { at: later } };

describe('an escalation', () => {
  it('starts once', () => {
    given().when(start()).then(started);
    given(started).when(start()).then();
    given(started, stopped('heard')).when(start()).then();
  });

  it('without steps does not start', () => {
    given()
      .when(start({ ...content, steps: [] }))
      .then();
  });

  it('takes each step when its time has come, one after the other, and ends with the last', () => {
    given(started).when(take('2026-07-14T08:04:59.999Z')).then();
    given(started).when(take(first)).then(taken(1, first));
    given(started, taken(1, first)).when(take(first)).then();
    given(started, taken(1, first)).when(take(second)).then(taken(2, second));
    given(started, taken(1, first), taken(2, second)).when(take(later)).then();
  });

  it('whose steps are all overdue takes one at a time', () => {
    given(started).when(take(later)).then(taken(1, later));
    given(started, taken(1, later)).when(take(later)).then(taken(2, later));
  });

  it('stops when somebody takes care, once', () => {
    given(started, taken(1, first)).when(stop).then(stopped('heard'));
    given(started, stopped('heard')).when(stop).then();
    given(started, stopped('heard')).when(take(later)).then();
  });

  it('does not stop after its last step, nor where there is none', () => {
    given(started, taken(1, first), taken(2, second)).when(stop).then();
    given().when(stop).then();
    given().when(take(later)).then();
  });

  it('stops with the purge of the message, and forgets the caller once', () => {
    given(started).when(erase).then(stopped('purged'), erased);
    given(started, stopped('heard')).when(erase).then(erased);
    given(started, stopped('purged'), erased).when(erase).then();
    given(started, stopped('purged'), erased).when(take(later)).then();
    given().when(erase).then();
  });

  describe('of a message that is moved', () => {
    const elsewhere = '0190d000-0000-7000-8000-0000000000ff';
    const there = { ...content, mailboxId: elsewhere, messageVersion: 2, steps: content.steps.slice(1) };
    const startedThere: EscalationEvent = { type: 'EscalationStarted', data: { ...there, startedAt } };
    const movedAway: EscalationEvent = {
      type: 'EscalationStopped',
      data: { reason: 'moved', by: null, at: startedAt },
    };
    const left: EscalationCommand = {
      type: 'StopEscalation',
      data: { reason: 'moved', by: null, mailboxId },
      meta: { now: later },
    };

    it('starts again with the steps of there, whatever is told first', () => {
      given(started, stopped('moved')).when(start(there)).then(startedThere);
      given(started).when(start(there)).then(movedAway, startedThere);
      given(started, taken(1, first), taken(2, second)).when(start(there)).then(startedThere);
      given(started, movedAway, startedThere).when(left).then();
    });

    it('starts there once, and not where it was before', () => {
      given(started, movedAway, startedThere).when(start(there)).then();
      given(startedThere).when(start()).then();
      given(started, stopped('heard'), erased).when(start(there)).then();
    });

    it('takes the steps of there from the first', () => {
      given(started, taken(1, first), movedAway, startedThere)
        .when(take(later))
        .then({
          type: 'EscalationStepTaken',
          data: { messageId, mailboxId: elsewhere, step: 1, of: 1, at: later },
        });
    });
  });
});
