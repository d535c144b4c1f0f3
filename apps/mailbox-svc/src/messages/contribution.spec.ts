import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxChanges, countsOf, limitOf, reachedLimit } from './contribution.ts';
import { messageDecider } from './message.decider.ts';
import { allRights, became, box, caller, deposit, deposited, now, otherBox, unheard } from './message.samples.ts';
import type { Message, MessageEvent, MessageFacts } from './message.ts';

const deltaOf = (event: MessageEvent) => boxChanges(event).map(({ role, delta }) => [role, countsOf(delta, 0)]);
const counts = (numbers: Partial<ReturnType<typeof countsOf>>) => ({ ...countsOf([], 0), ...numbers });

describe('what a message adds to its mailbox', () => {
  it.each<[string, Partial<MessageFacts>, object]>([
    ['new in the inbox', {}, { new: 1, totalMs: 12_340 }],
    ['urgent and new', { urgent: true }, { new: 1, urgentNew: 1, totalMs: 12_340 }],
    ['heard in the inbox', { heardAt: now }, { heard: 1, totalMs: 12_340 }],
    ['urgent and heard', { heardAt: now, urgent: true }, { heard: 1, urgentSaved: 1, totalMs: 12_340 }],
    ['saved, unheard', { folder: 'saved', urgent: true }, { saved: 1, urgentSaved: 1, totalMs: 12_340 }],
    ['under a label', { folder: 'work', heardAt: now }, { saved: 1, totalMs: 12_340 }],
    ['in the trash', { folder: 'trash', urgent: true }, { trash: 1 }],
    ['without audio', { content: { type: 'none' } }, { new: 1 }],
  ])('%s', (_which, facts, expected) => {
    const event: MessageEvent = { type: 'MessageDeposited', data: { message: { ...unheard, ...facts } } };
    expect(deltaOf(event)).toEqual([['mailbox', counts(expected)]]);
  });

  it('moves from one mailbox to the other', () => {
    const data = became({ ...unheard, mailboxId: otherBox }, 'mailboxId', box);
    expect(boxChanges({ type: 'MessageMoved', data }).map(({ role, mailboxId }) => [role, mailboxId])).toEqual([
      ['from', box],
      ['to', otherBox],
    ]);
    expect(deltaOf({ type: 'MessageMoved', data })).toEqual([
      ['from', counts({ new: -1, totalMs: -12_340 })],
      ['to', counts({ new: 1, totalMs: 12_340 })],
    ]);
  });

  it('is nothing for a deleted message that is purged', () => {
    const event: MessageEvent = { type: 'MessagePurged', data: { mailboxId: box, was: null } };
    expect(deltaOf(event)).toEqual([['mailbox', counts({})]]);
  });
});

describe('limits', () => {
  const counters = (kept: number, totalMs: number) => [0, 0, 0, 0, 0, 0, totalMs, kept];
  const quota = { maxMessages: 5, maxTotalSeconds: 60, maxMessageSeconds: null };

  it('are reached by messages or by seconds', () => {
    expect(reachedLimit(counters(4, 59_999), quota)).toBeNull();
    expect(reachedLimit(counters(5, 0), quota)).toBe('maxMessages');
    expect(reachedLimit(counters(1, 60_000), quota)).toBe('maxTotalSeconds');
    expect(reachedLimit(counters(500, 9e9), { ...quota, maxMessages: null, maxTotalSeconds: null })).toBeNull();
  });

  it('are named by the place of their counter', () => {
    expect([6, 7].map(limitOf)).toEqual(['maxTotalSeconds', 'maxMessages']);
  });
});

it('sums to what the messages of each mailbox come to, whatever was done', () => {
  const inBox = fc.constantFrom(box, otherBox);
  const step = fc.oneof(
    fc.record({
      folder: fc.constantFrom('inbox', 'saved', 'trash', 'work'),
      heard: fc.boolean(),
      urgent: fc.boolean(),
    }),
    inBox,
    fc.constantFrom('DeleteMessage' as const, 'RestoreMessage' as const, 'PurgeMessage' as const, 'EndHold' as const),
    fc.constant('HoldMessage' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let state: Message = messageDecider.initialState;
      const totals = new Map<string, number[]>();
      const apply = (events: MessageEvent[]): void => {
        for (const event of events) {
          for (const { mailboxId, delta } of boxChanges(event)) {
            const total = totals.get(mailboxId) ?? delta.map(() => 0);
            totals.set(
              mailboxId,
              total.map((value, n) => value + (delta[n] ?? 0)),
            );
          }
          state = messageDecider.evolve(state, event);
        }
      };
      apply([deposited]);
      for (const what of steps) {
        const mailboxId: string = state.status === 'kept' || state.status === 'deleted' ? state.message.mailboxId : box;
        const command =
          typeof what !== 'string'
            ? ({ type: 'ChangeMessage', data: { mailboxId, changes: what, viewer: null, rights: allRights } } as const)
            : what === box || what === otherBox
              ? ({ type: 'MoveMessage', data: { mailboxId, toMailboxId: what, maxMessageSeconds: null } } as const)
              : ({ type: what as 'HoldMessage', data: { mailboxId, hold: { reason: null, by: box } } } as const);
        try {
          apply(messageDecider.decide({ ...command, meta: deposit.meta }, state));
        } catch {
          // Refused: it changes nothing.
        }
      }
      const end: Message = state;
      const [own] =
        end.status === 'kept' ? boxChanges({ type: 'MessageDeposited', data: { message: end.message, caller } }) : [];
      const isHeld = (end.status === 'kept' || end.status === 'deleted') && end.message.legalHold;
      for (const [mailboxId, [...total]] of totals) {
        const [held, gone] = [total.pop(), total.pop()];
        expect(total).toEqual(own?.mailboxId === mailboxId ? own.delta.slice(0, 8) : total.map(() => 0));
        expect(held).toBe(isHeld && end.message.mailboxId === mailboxId ? 1 : 0);
        expect(gone).toBeGreaterThanOrEqual(end.status === 'purged' && end.mailboxId === mailboxId ? 1 : 0);
      }
    }),
  );
});
