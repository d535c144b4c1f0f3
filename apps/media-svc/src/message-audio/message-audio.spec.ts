import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followMessage, type MessageAudio, type MessageChange } from './message-audio.ts';

const change = (version: number, mediaId: string | null, purged = false): MessageChange => ({
  tenantId: 't',
  messageId: 'm',
  version,
  at: `2026-03-01T12:00:0${version}.000Z`,
  mediaId,
  purged,
  eventId: `e${version}`,
  correlationId: 'c',
});

/** Applies changes one after the other, and tells which recordings are held in the end. */
const hold = (changes: MessageChange[]): string[] => {
  const held = new Set<string>();
  let known: MessageAudio | undefined;
  for (const each of changes) {
    const step = followMessage(known, each);
    if (step === null) continue;
    if (step.reference !== null) held.add(step.reference);
    if (step.release !== null) held.delete(step.release);
    known = step.next;
  }
  return [...held];
};

describe('a message holds', () => {
  it('its recording', () => expect(hold([change(1, 'a')])).toEqual(['a']));
  it('the recording that replaced the first', () => expect(hold([change(1, 'a'), change(2, 'b')])).toEqual(['b']));
  it('nothing without audio', () => expect(hold([change(1, null)])).toEqual([]));
  it('nothing once it is purged', () => expect(hold([change(1, 'a'), change(2, null, true)])).toEqual([]));
  it('nothing when its purge came first', () => expect(hold([change(2, null, true), change(1, 'a')])).toEqual([]));
  it('nothing of a late event', () => expect(hold([change(3, 'b'), change(1, 'a')])).toEqual(['b']));
});

it('holds the same whatever order and however often its events come', () => {
  const history = [change(1, 'a'), change(2, 'a'), change(3, 'b'), change(4, 'b'), change(5, 'c')];
  const endings = [history, [...history, change(6, null, true)]];
  fc.assert(
    fc.property(fc.constantFrom(...endings), fc.infiniteStream(fc.nat(5)), (events, picks) => {
      const repeated = [...picks.take(10)].flatMap((n) => events[n] ?? []);
      const shuffled = [...repeated, ...events].sort(
        (one, other) => ((one.version * 7) % 5) - ((other.version * 7) % 5),
      );
      expect(hold([...repeated, ...events])).toEqual(hold(events));
      expect(hold(shuffled)).toEqual(hold(events));
    }),
  );
});
