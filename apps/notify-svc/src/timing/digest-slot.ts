import type { Digest } from '@aftertone/contracts';
import { Temporal } from 'temporal-polyfill';

/** By elapsed time: where clocks are put forward, the full hour before may be one that there never was. */
const nextHour = (now: Temporal.ZonedDateTime): Temporal.ZonedDateTime => {
  const { minute, second, millisecond } = now;
  return now.subtract({ minutes: minute, seconds: second, milliseconds: millisecond }).add({ hours: 1 });
};

const nextDaily = (now: Temporal.ZonedDateTime, at: string): Temporal.ZonedDateTime => {
  const on = (day: Temporal.PlainDate) => day.toPlainDateTime(at).toZonedDateTime(now.timeZoneId);
  const today = now.toPlainDate();
  const slot = on(today);
  return Temporal.ZonedDateTime.compare(slot, now) > 0 ? slot : on(today.add({ days: 1 }));
};

/** When the e-mails of now are sent together: after `now`, by the clocks of the zone. */
export const nextSlot = (now: Date, digest: Digest, timezone: string): Date => {
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone);
  const slot = digest.every === 'hour' ? nextHour(local) : nextDaily(local, digest.at);
  return new Date(slot.epochMilliseconds);
};
