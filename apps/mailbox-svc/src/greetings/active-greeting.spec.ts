import type { Greeting, GreetingActivation, GreetingKind } from '@aftertone/contracts';
import { describe, expect, it } from 'vitest';
import { isActive, saidTo } from './active-greeting.ts';
import { greetingWith, recordingOf } from './greetings.samples.ts';

const paris = 'Europe/Paris';
const when = (parts: Partial<GreetingActivation>): GreetingActivation => ({
  ...{ from: null, until: null, hours: [], dates: [] },
  ...parts,
});

describe('a greeting is said', () => {
  it('always, unless told', () => {
    expect(isActive(null, '2026-03-01T00:00:00.000Z', paris)).toBe(true);
  });

  it.each([
    ['2026-03-01T11:59:59.999Z', false],
    ['2026-03-01T12:00:00.000Z', true],
    ['2026-03-02T11:59:59.999Z', true],
    ['2026-03-02T12:00:00.000Z', false],
  ])('from one moment until another: at %s %s', (at, expected) => {
    const span = when({ from: '2026-03-01T12:00:00.000Z', until: '2026-03-02T12:00:00.000Z' });
    expect(isActive(span, at, paris)).toBe(expected);
  });

  // 2026-03-02 is a Monday; Paris is an hour ahead in winter.
  it.each([
    ['2026-03-02T16:29:59.999Z', false],
    ['2026-03-02T16:30:00.000Z', true],
    ['2026-03-03T06:59:59.999Z', true],
    ['2026-03-03T07:00:00.000Z', false],
    ['2026-03-03T16:30:00.000Z', false],
    ['2026-03-02T06:59:59.999Z', false],
  ])('in the night after a Monday, by the clocks of the zone: at %s %s', (at, expected) => {
    const nights = when({ hours: [{ days: ['mon'], from: '17:30', until: '08:00' }] });
    expect(isActive(nights, at, paris)).toBe(expected);
  });

  it.each([
    ['2026-03-07T22:59:59.999Z', false],
    ['2026-03-07T23:00:00.000Z', true],
    ['2026-03-08T22:59:59.999Z', true],
    ['2026-03-08T23:00:00.000Z', false],
  ])('on a whole Sunday: at %s %s', (at, expected) => {
    const sundays = when({ hours: [{ days: ['sun'], from: '00:00', until: '24:00' }] });
    expect(isActive(sundays, at, paris)).toBe(expected);
  });

  it('in the night from Sunday to Monday', () => {
    const nights = when({ hours: [{ days: ['sun'], from: '22:00', until: '06:00' }] });
    expect(isActive(nights, '2026-03-09T04:59:00.000Z', paris)).toBe(true);
    expect(isActive(nights, '2026-03-08T04:59:00.000Z', paris)).toBe(false);
  });

  it('by clocks that were put forward, and twice in an hour that comes twice', () => {
    const early = when({ hours: [{ days: ['sun'], from: '02:30', until: '03:30' }] });
    // 2026-03-29: 01:00 UTC is 03:00 at once.
    expect(isActive(early, '2026-03-29T00:59:59.000Z', paris)).toBe(false);
    expect(isActive(early, '2026-03-29T01:00:00.000Z', paris)).toBe(true);
    expect(isActive(early, '2026-03-29T01:30:00.000Z', paris)).toBe(false);
    // 2026-10-25: 02:30 is at 00:30 and at 01:30 UTC.
    for (const at of ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']) {
      expect(isActive(early, at, paris)).toBe(true);
    }
    expect(isActive(early, '2026-10-25T01:00:00.000Z', paris)).toBe(false);
  });

  it.each([
    ['2026-12-24T22:59:59.999Z', false],
    ['2026-12-24T23:00:00.000Z', true],
    ['2026-12-26T22:59:59.999Z', true],
    ['2026-12-26T23:00:00.000Z', false],
  ])('on whole days: at %s %s', (at, expected) => {
    const days = when({ dates: [{ from: '2026-12-25', until: '2026-12-26' }] });
    expect(isActive(days, at, paris)).toBe(expected);
  });

  it('in hours or on dates, both only within its span', () => {
    const both = when({
      from: '2026-12-01T00:00:00.000Z',
      hours: [{ days: ['sat', 'sun'], from: '00:00', until: '24:00' }],
      dates: [{ from: '2026-12-25', until: '2026-12-25' }],
    });
    expect(isActive(both, '2026-12-25T12:00:00.000Z', paris)).toBe(true); // a Friday
    expect(isActive(both, '2026-12-26T12:00:00.000Z', paris)).toBe(true);
    expect(isActive(both, '2026-12-28T12:00:00.000Z', paris)).toBe(false);
    expect(isActive(both, '2026-11-28T12:00:00.000Z', paris)).toBe(false);
  });
});

describe('a caller hears', () => {
  const at = '2026-03-01T12:00:00.000Z';
  const of = (kind: GreetingKind, n: number, activation: GreetingActivation | null = null): Greeting =>
    greetingWith(kind, 1, { recording: recordingOf(n), activation });
  const over = when({ until: '2026-02-01T00:00:00.000Z' });
  const heard = (greetings: Greeting[], reason: 'unavailable' | 'busy' = 'unavailable') => {
    const { kind, clips } = saidTo(greetings, { at, reason, timezone: paris, language: 'fr' });
    return [kind, ...clips.map((clip) => (clip.type === 'prompt' ? clip.key : clip.recording.id.slice(-1)))];
  };

  it('the built-in greeting where the mailbox has none', () => {
    expect(heard([])).toEqual([null, 'vm-greeting-default']);
    expect(heard([], 'busy')).toEqual([null, 'vm-greeting-busy']);
    expect(heard([greetingWith('unavailable', 3)])).toEqual([null, 'vm-greeting-default']);
  });
  it('the one for the reason of the call', () => {
    const both = [of('unavailable', 1), of('busy', 2)];
    expect(heard(both)).toEqual(['unavailable', '1']);
    expect(heard(both, 'busy')).toEqual(['busy', '2']);
    expect(heard([of('unavailable', 1)], 'busy')).toEqual([null, 'vm-greeting-busy']);
  });
  it('the temporary one before it, while that is active', () => {
    expect(heard([of('unavailable', 1), of('temporary', 3)], 'busy')).toEqual(['temporary', '3']);
    expect(heard([of('unavailable', 1), of('temporary', 3, over)])).toEqual(['unavailable', '1']);
  });
  it('the name in the built-in greeting, while it is active', () => {
    expect(heard([of('name', 4)])).toEqual([null, '4', 'vm-greeting-ext-post']);
    expect(heard([of('name', 4)], 'busy')).toEqual([null, '4', 'vm-greeting-ext-post']);
    expect(heard([of('name', 4, over)])).toEqual([null, 'vm-greeting-default']);
    expect(heard([of('name', 4), of('unavailable', 1, over)])).toEqual([null, '4', 'vm-greeting-ext-post']);
  });
});
