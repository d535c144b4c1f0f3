interface Place {
  language: string;
  timezone: string;
}

const formatters = new Map<string, Intl.DateTimeFormat>();
const mostFormatters = 500;

/** Making one costs more than everything else in a notice, and few are needed again and again. */
const formatter = (language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const name = JSON.stringify([language, options]);
  const known = formatters.get(name);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(language, options);
  if (formatters.size === mostFormatters) formatters.clear();
  formatters.set(name, made);
  return made;
};

const format = (instant: string, language: string, options: Intl.DateTimeFormatOptions): string =>
  formatter(language, options).format(new Date(instant));

/** Date and time as the reader writes them, with the zone: `Tuesday, 14 July 2026 at 10:15:00 CEST`. */
export const localTime = (instant: string, { language, timezone: timeZone }: Place): string =>
  format(instant, language, { dateStyle: 'full', timeStyle: 'long', timeZone });

/** The same as short as it gets: `7/14/26, 10:15 AM`. */
export const shortTime = (instant: string, { language, timezone: timeZone }: Place): string =>
  format(instant, language, { dateStyle: 'short', timeStyle: 'short', timeZone });

/** What a clock of the zone shows, for machines: `2026-07-14 10:15:00`. */
export const wallClock = (instant: string, timeZone: string): string =>
  format(instant, 'sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone });

/** The day in the mailbox's time zone as `2026-07-14`, for file names. */
export const localDay = (instant: string, timeZone: string): string =>
  format(instant, 'en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone });

/** `0:07`, `12:34`, `1:00:00`; a second that has begun counts. */
export const playingTime = (durationMs: number): string => {
  const seconds = Math.ceil(durationMs / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
};
