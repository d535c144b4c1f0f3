import { z } from 'zod';
import { id, instant } from './common.ts';
import { voiceContent } from './message.ts';
import { timeOfDay, weekday } from './notification-settings.ts';

/**
 * What a mailbox says to callers. `temporary` goes before the others while it is active; `busy` is for who called while
 * the line was engaged; `name` is the spoken name of its owner, said in the built-in greeting.
 */
export const greetingKind = z.enum(['unavailable', 'busy', 'temporary', 'name']);
export type GreetingKind = z.output<typeof greetingKind>;

/** `24:00` is the end of the day. */
const endOfHours = z
  .string()
  .regex(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, 'must be a time of day such as 17:30, or 24:00');

const hoursFields = {
  /** Days on which they begin. */
  days: z.array(weekday).min(1),
  from: timeOfDay,
  /** Not after `from`: on the next day. Exclusive. */
  until: endOfHours,
};

const datesFields = {
  from: z.iso.date('must be a date such as 2026-12-24'),
  /** The last day. */
  until: z.iso.date('must be a date such as 2026-12-26'),
};

const mostHours = 50;
const mostDates = 100;

/**
 * When a greeting is said: from `from` until `until` (exclusive), and in it, where there are `hours` or `dates`, only in
 * those hours of the week and on those days (whole ones), both by the clocks of the mailbox's zone.
 */
export const greetingActivation = z.object({
  from: instant.nullable(),
  until: instant.nullable(),
  hours: z.array(z.object(hoursFields)),
  dates: z.array(z.object(datesFields)),
});
export type GreetingActivation = z.output<typeof greetingActivation>;

const inOrder = { path: ['until'], message: 'must be after `from`' };

/** What somebody sets; what is kept may be older than these rules. */
export const newGreetingActivation = z
  .strictObject({
    from: instant.nullable().default(null),
    until: instant.nullable().default(null),
    hours: z
      .array(
        z
          .strictObject(hoursFields)
          .refine(({ from, until }) => from !== until, {
            path: ['until'],
            message: 'must differ from `from`: a whole day is from 00:00 until 24:00',
          })
          .refine(({ days }) => new Set(days).size === days.length, {
            path: ['days'],
            message: 'must name each day once',
          }),
      )
      .max(mostHours)
      .default([]),
    dates: z
      .array(
        z.strictObject(datesFields).refine(({ from, until }) => from <= until, {
          path: ['until'],
          message: 'must not be before `from`',
        }),
      )
      .max(mostDates)
      .default([]),
  })
  .refine(({ from, until }) => from === null || until === null || from < until, inOrder)
  .refine(
    ({ from, until, hours, dates }) => from !== null || until !== null || hours.length + dates.length > 0,
    'must say when: for a greeting that is always said set `activation` to null',
  );

/** One recording that was made as a greeting. */
export const greetingRecording = z.object({
  id,
  content: voiceContent,
  recordedAt: instant,
  recordedBy: z.object({ kind: z.string(), id: z.string() }),
});
export type GreetingRecording = z.output<typeof greetingRecording>;

export const greeting = z.object({
  kind: greetingKind,
  /** Null: nothing of the mailbox's own is said. */
  recording: greetingRecording.nullable(),
  /** Null: always. */
  activation: greetingActivation.nullable(),
  /** Null where nothing was ever set. */
  updatedAt: instant.nullable(),
  /** Version for ETag / If-Match; 0 where nothing was ever set. */
  version: z.number().int(),
});
export type Greeting = z.output<typeof greeting>;

/** So many recordings of one kind are kept beside the one that is said; what is older is forgotten. */
export const keptGreetingRecordings = 10;

/** A recording that was said, or is. */
export const greetingHistoryEntry = greetingRecording.extend({ current: z.boolean() });

/** Why the call came to the mailbox. */
export const greetingReason = z.enum(['unavailable', 'busy']);
export type GreetingReason = z.output<typeof greetingReason>;

/** What callers hear, one after the other. A prompt is said in the nearest language that there is. */
export const greetingClip = z.discriminatedUnion('type', [
  z.object({ type: z.literal('recording'), kind: greetingKind, recording: greetingRecording }),
  z.object({ type: z.literal('prompt'), key: z.string(), language: z.string() }),
]);
export type GreetingClip = z.output<typeof greetingClip>;

export const activeGreeting = z.object({
  at: instant,
  reason: greetingReason,
  /** The mailbox's zone, in which hours and dates are read. */
  timezone: z.string(),
  /** The greeting of the mailbox that is said; null: the built-in one. */
  kind: greetingKind.nullable(),
  clips: z.array(greetingClip),
});
export type ActiveGreeting = z.output<typeof activeGreeting>;
