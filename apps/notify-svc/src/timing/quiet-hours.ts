import { type QuietHours, weekday } from '@aftertone/contracts';
import { Temporal } from 'temporal-polyfill';

/** A quiet time around the given moment: the day on which it began and the one on which it ends; null: there is none. */
const daysAround = (local: Temporal.ZonedDateTime, { from, until }: QuietHours) => {
  const [time, start, end] = [local.toPlainTime(), Temporal.PlainTime.from(from), Temporal.PlainTime.from(until)];
  const today = local.toPlainDate();
  const begun = Temporal.PlainTime.compare(time, start) >= 0;
  const over = Temporal.PlainTime.compare(time, end) >= 0;
  switch (Temporal.PlainTime.compare(start, end)) {
    case -1:
      return begun && !over ? { first: today, last: today } : null;
    case 1:
      if (begun) return { first: today, last: today.add({ days: 1 }) };
      return over ? null : { first: today.subtract({ days: 1 }), last: today };
    default:
      return null;
  }
};

/**
 * When the quiet time ends in which `at` is, by the clocks of the zone; `at` itself outside. Equal `from` and `until`
 * are no quiet time: what is held back has to end.
 */
export const afterQuietHours = (at: Date, quiet: QuietHours, timezone: string): Date => {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timezone);
  const days = daysAround(local, quiet);
  const begins = weekday.options[(days?.first ?? local).dayOfWeek - 1];
  if (days === null || begins === undefined || !quiet.days.includes(begins)) return at;
  // Of an hour that comes twice the second: in the first one it is still quiet.
  const end = days.last.toPlainDateTime(quiet.until).toZonedDateTime(timezone, { disambiguation: 'later' });
  return new Date(end.epochMilliseconds);
};
