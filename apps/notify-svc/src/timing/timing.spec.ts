import { type QuietHours, quietHours, weekday } from '@aftertone/contracts';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { nextSlot } from './digest-slot.ts';
import { afterQuietHours } from './quiet-hours.ts';

const at = (text: string): Date => new Date(text);
const quiet = (given: Partial<QuietHours> = {}): QuietHours =>
  quietHours.parse({ from: '22:00', until: '07:00', ...given });

describe('quiet hours', () => {
  const paris = (text: string, given: Partial<QuietHours> = {}): string =>
    afterQuietHours(at(text), quiet(given), 'Europe/Paris').toISOString();

  it('hold from their beginning until just before their end', () => {
    expect(paris('2026-07-14T19:59:59.999Z')).toBe('2026-07-14T19:59:59.999Z');
    expect(paris('2026-07-14T20:00:00.000Z')).toBe('2026-07-15T05:00:00.000Z');
    expect(paris('2026-07-15T04:59:59.999Z')).toBe('2026-07-15T05:00:00.000Z');
    expect(paris('2026-07-15T05:00:00.000Z')).toBe('2026-07-15T05:00:00.000Z');
  });

  it('may be within one day', () => {
    const lunch = { from: '12:00', until: '13:30' };
    expect(paris('2026-07-14T10:30:00.000Z', lunch)).toBe('2026-07-14T11:30:00.000Z');
    expect(paris('2026-07-14T20:30:00.000Z', lunch)).toBe('2026-07-14T20:30:00.000Z');
  });

  it('go by the day on which they begin', () => {
    const friday = { days: ['fri' as const] };
    expect(paris('2026-07-17T21:00:00.000Z', friday)).toBe('2026-07-18T05:00:00.000Z');
    expect(paris('2026-07-18T03:00:00.000Z', friday)).toBe('2026-07-18T05:00:00.000Z');
    expect(paris('2026-07-18T21:00:00.000Z', friday)).toBe('2026-07-18T21:00:00.000Z');
    expect(paris('2026-07-17T03:00:00.000Z', friday)).toBe('2026-07-17T03:00:00.000Z');
  });

  it('end by the clock on the days on which it is changed', () => {
    expect(paris('2026-03-28T23:30:00.000Z')).toBe('2026-03-29T05:00:00.000Z');
    expect(paris('2026-10-24T23:30:00.000Z')).toBe('2026-10-25T06:00:00.000Z');
  });

  it('end after the hour that is skipped, and in the second of an hour that comes twice', () => {
    const until230 = { from: '22:00', until: '02:30' };
    expect(paris('2026-03-28T23:30:00.000Z', until230)).toBe('2026-03-29T01:30:00.000Z');
    expect(paris('2026-10-24T23:30:00.000Z', until230)).toBe('2026-10-25T01:30:00.000Z');
  });

  it('of no length are none', () => {
    expect(paris('2026-07-14T20:30:00.000Z', { until: '22:00' })).toBe('2026-07-14T20:30:00.000Z');
  });
});

describe('a digest', () => {
  const of = (text: string, digest: Parameters<typeof nextSlot>[1], zone = 'Europe/Paris'): string =>
    nextSlot(at(text), digest, zone).toISOString();

  it('of every hour is at the next full hour of the zone', () => {
    expect(of('2026-07-14T08:15:00.000Z', { every: 'hour' })).toBe('2026-07-14T09:00:00.000Z');
    expect(of('2026-07-14T09:00:00.000Z', { every: 'hour' })).toBe('2026-07-14T10:00:00.000Z');
    expect(of('2026-07-14T08:15:00.000Z', { every: 'hour' }, 'Asia/Kolkata')).toBe('2026-07-14T08:30:00.000Z');
  });

  it('of every hour is no later where clocks jump by hours', () => {
    // In Casey, Antarctica, 00:01 became 03:01.
    expect(of('2020-10-03T16:01:00.000Z', { every: 'hour' }, 'Antarctica/Casey')).toBe('2020-10-03T17:00:00.000Z');
  });

  it('of every day is at the next such time of the zone', () => {
    const daily = { every: 'day', at: '08:00' } as const;
    expect(of('2026-07-14T05:59:00.000Z', daily)).toBe('2026-07-14T06:00:00.000Z');
    expect(of('2026-07-14T06:00:00.000Z', daily)).toBe('2026-07-15T06:00:00.000Z');
    expect(of('2026-10-24T06:00:00.000Z', daily)).toBe('2026-10-25T07:00:00.000Z');
  });

  it('whose time is skipped is an hour later, and one whose time comes twice is sent once', () => {
    const night = { every: 'day', at: '02:30' } as const;
    expect(of('2026-03-28T12:00:00.000Z', night)).toBe('2026-03-29T01:30:00.000Z');
    expect(of('2026-10-24T12:00:00.000Z', night)).toBe('2026-10-25T00:30:00.000Z');
    expect(of('2026-10-25T00:30:00.000Z', night)).toBe('2026-10-26T01:30:00.000Z');
  });
});

const hours = 3_600_000;
/** A day, and the most by which clocks change: two hours, and three in Casey, in Antarctica, where that was seen. */
const longest = (zone: string): number => (zone === 'Antarctica/Casey' ? 27 : 26) * hours;
const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
/** A moment near a change of the zone's clocks, where it has any, or just any. */
const moments = fc
  .record({
    zone: zones,
    any: fc.date({ min: at('2020-01-01'), max: at('2037-01-01'), noInvalidDate: true }),
    near: fc.integer({ min: -36 * 60, max: 36 * 60 }),
    plain: fc.boolean(),
  })
  .map(({ zone, any, near, plain }) => {
    const local = Temporal.Instant.fromEpochMilliseconds(any.getTime()).toZonedDateTimeISO(zone);
    const change = plain ? null : local.getTimeZoneTransition('next');
    return { zone, now: change === null ? any : new Date(change.epochMilliseconds + near * 60_000) };
  });
const minutes = fc.integer({ min: 0, max: 1439 });
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
// Two hours a day are not quiet: clocks skip no more than that.
const quiets = fc
  .record({
    from: minutes,
    length: fc.integer({ min: 1, max: 22 * 60 - 1 }),
    days: fc.subarray([...weekday.options], { minLength: 1 }),
  })
  .map(({ from, length, days }) => quiet({ from: clock(from), until: clock((from + length) % 1440), days }));

/** By what the clock on the wall and the calendar show. */
const isQuiet = (now: Date, { from, until, days }: QuietHours, zone: string): boolean => {
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone);
  const time = local.toPlainTime().toString().slice(0, 5);
  const on = (date: Temporal.ZonedDateTime): boolean => days.some((day) => day === weekday.options[date.dayOfWeek - 1]);
  if (from < until) return time >= from && time < until && on(local);
  return (time >= from && on(local)) || (time < until && on(local.subtract({ days: 1 })));
};

describe('in any zone, at any time', () => {
  it('what is held back is told outside quiet hours, and at most a day and the change of the clocks later', () => {
    fc.assert(
      fc.property(moments, quiets, ({ zone, now }, hush) => {
        const end = afterQuietHours(now, hush, zone);
        expect(isQuiet(end, hush, zone)).toBe(false);
        expect(end.getTime() === now.getTime()).toBe(!isQuiet(now, hush, zone));
        expect(end.getTime()).toBeGreaterThanOrEqual(now.getTime());
        expect(end.getTime()).toBeLessThanOrEqual(now.getTime() + longest(zone));
      }),
      { numRuns: 3_000 },
    );
  });

  it('a digest is sent later than now, at most an hour or a day and the change of the clocks', () => {
    fc.assert(
      fc.property(moments, minutes, ({ zone, now }, minute) => {
        const wait = (digest: Parameters<typeof nextSlot>[1]) => nextSlot(now, digest, zone).getTime() - now.getTime();
        const hourly = wait({ every: 'hour' });
        expect(hourly).toBeGreaterThan(0);
        expect(hourly).toBeLessThanOrEqual(hours);
        const daily = wait({ every: 'day', at: clock(minute) });
        expect(daily).toBeGreaterThan(0);
        expect(daily).toBeLessThanOrEqual(longest(zone));
      }),
      { numRuns: 3_000 },
    );
  });
});
