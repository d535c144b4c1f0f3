interface Place {
  language: string;
  timezone: string;
}

/** Date and time as the reader writes them, with the zone: `Tuesday, 14 July 2026 at 10:15:00 CEST`. */
export const localTime = (instant: string, { language, timezone }: Place): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long', timeZone: timezone }).format(
    new Date(instant),
  );

/** The same as short as it gets: `7/14/26, 10:15 AM`. */
export const shortTime = (instant: string, { language, timezone }: Place): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short', timeZone: timezone }).format(
    new Date(instant),
  );

/** What a clock of the zone shows, for machines: `2026-07-14 10:15:00`. */
export const wallClock = (instant: string, timezone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: timezone }).format(
    new Date(instant),
  );

/** The day in the mailbox's time zone as `2026-07-14`, for file names. */
export const localDay = (instant: string, timezone: string): string =>
  new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: timezone }).format(
    new Date(instant),
  );

/** `0:07`, `12:34`, `1:00:00`; a second that has begun counts. */
export const playingTime = (durationMs: number): string => {
  const seconds = Math.ceil(durationMs / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
};
