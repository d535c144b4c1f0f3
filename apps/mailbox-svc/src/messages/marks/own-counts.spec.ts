import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boxChanges, countsOf, difference, memberChanges, withOwn } from '../contribution.ts';
import type { MessageCommand } from '../message.commands.ts';
import { messageDecider } from '../message.decider.ts';
import { allRights, box, deposit, deposited, otherBox } from '../message.samples.ts';
import type { Message, MessageEvent } from '../message.ts';
import { asSeenBy, marksOf } from './marks.ts';

const members = ['0190a000-0000-7000-8000-00000000000a', '0190a000-0000-7000-8000-00000000000b'] as const;
const none = difference(null, null);
const add = (left: readonly number[] = none, right: readonly number[] = none) =>
  left.map((value, n) => value + (right[n] ?? 0));

/** Counters by mailbox, and how each member's differ, from the changes of one event after the other. */
class Counting {
  state: Message = messageDecider.initialState;
  readonly shared = new Map<string, number[]>();
  readonly own = new Map<string, number[]>();

  apply(events: readonly MessageEvent[]): void {
    for (const event of events) {
      for (const { mailboxId, delta } of boxChanges(event)) {
        this.shared.set(mailboxId, add(this.shared.get(mailboxId), delta));
      }
      for (const { mailboxId, userId, delta } of memberChanges(event, marksOf(this.state))) {
        const feed = `${mailboxId}/${userId}`;
        this.own.set(feed, add(this.own.get(feed), delta));
      }
      this.state = messageDecider.evolve(this.state, event);
    }
  }

  /** As `userId` sees `mailboxId`, from the changes. */
  counted(mailboxId: string, userId: string): number[] {
    return withOwn(this.shared.get(mailboxId) ?? none, this.own.get(`${mailboxId}/${userId}`) ?? none);
  }

  /** The same from what the message is. */
  recounted(mailboxId: string, userId: string): number[] {
    const { state } = this;
    if (state.status !== 'kept' || state.message.mailboxId !== mailboxId) return none;
    return difference(asSeenBy(userId, state.message, state.marks), null);
  }
}

const folder = fc.constantFrom('inbox', 'saved', 'trash', 'work');
const step = fc.oneof(
  fc.record({ viewer: fc.constantFrom(null, ...members), changes: fc.record({ heard: fc.boolean() }) }),
  fc.record({ viewer: fc.constant(null), changes: fc.record({ folder, urgent: fc.boolean() }) }),
  fc.constantFrom(box, otherBox),
  fc.constantFrom('DeleteMessage' as const, 'RestoreMessage' as const, 'PurgeMessage' as const),
);

const commandOf = (
  what: typeof step extends fc.Arbitrary<infer Step> ? Step : never,
  state: Message,
): MessageCommand => {
  const mailboxId = state.status === 'kept' || state.status === 'deleted' ? state.message.mailboxId : box;
  const { meta } = deposit;
  if (typeof what !== 'string') return { type: 'ChangeMessage', data: { mailboxId, rights: allRights, ...what }, meta };
  if (what !== box && what !== otherBox) return { type: what as 'DeleteMessage', data: { mailboxId }, meta };
  return { type: 'MoveMessage', data: { mailboxId, toMailboxId: what, maxMessageSeconds: null }, meta };
};

it('makes every member count what that member sees, whatever was done by whom', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const counting = new Counting();
      counting.apply([deposited]);
      for (const what of steps) {
        const command = commandOf(what, counting.state);
        try {
          counting.apply(messageDecider.decide(command, counting.state));
        } catch {
          // Refused: it changes nothing.
        }
        for (const mailboxId of [box, otherBox]) {
          for (const userId of members) {
            const counted = countsOf(counting.counted(mailboxId, userId), 0);
            expect(counted).toEqual(countsOf(counting.recounted(mailboxId, userId), 0));
          }
        }
      }
    }),
  );
});
