interface Place {
  language: string;
  timezone: string;
}

/** One letter or name of a date format, in the reader's language. */
type Fields = Readonly<Record<string, string>>;

const partsOf = (at: Date, language: string, options: Intl.DateTimeFormatOptions): Fields =>
  Object.fromEntries(
    new Intl.DateTimeFormat(language, options).formatToParts(at).map(({ type, value }) => [type, value]),
  );

/** A clock's text without an offset (`2026-07-14 10:15:00`) stays as it is; everything else is turned to the zone. */
const readTime = (value: unknown, timezone: string): { at: Date; timeZone: string } | null => {
  if (typeof value === 'number') return validAt(new Date(value * 1000), timezone);
  if (typeof value !== 'string') return null;
  const wall = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)$/.exec(value);
  if (wall) return validAt(new Date(`${wall[1]}T${wall[2]}Z`), 'UTC');
  if (value === 'now' || value === 'today') return validAt(new Date(), timezone);
  return /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(value) ? validAt(new Date(value), timezone) : null;
};

const validAt = (at: Date, timeZone: string) => (Number.isNaN(at.getTime()) ? null : { at, timeZone });

const fieldsOf = (at: Date, timeZone: string, { language, timezone }: Place): Fields => {
  const numbers = partsOf(at, 'en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = numbers;
  const hour12 = String(Number(hour) % 12 || 12);
  const long = partsOf(at, language, { timeZone, weekday: 'long', month: 'long', day: 'numeric' });
  const short = partsOf(at, language, { timeZone, weekday: 'short', month: 'short', day: 'numeric' });
  const half = Number(hour) < 12 ? 'AM' : 'PM';
  return {
    ...{ year, month, day, hour, minute, second, hour12, half, timezone },
    year2: year.slice(-2),
    month1: String(Number(month)),
    day1: String(Number(day)),
    hour1: String(Number(hour)),
    hour12of2: hour12.padStart(2, '0'),
    halfSmall: half.toLowerCase(),
    halfDotted: half === 'AM' ? 'a.m.' : 'p.m.',
    weekday: long.weekday ?? '',
    weekdayShort: short.weekday ?? '',
    monthName: long.month ?? '',
    monthShort: short.month ?? '',
  };
};

const strftimeLetters: Readonly<Record<string, string>> = {
  Y: 'year',
  y: 'year2',
  m: 'month',
  d: 'day',
  e: 'day1',
  H: 'hour',
  k: 'hour1',
  I: 'hour12of2',
  l: 'hour12',
  M: 'minute',
  S: 'second',
  p: 'half',
  P: 'halfSmall',
  A: 'weekday',
  a: 'weekdayShort',
  B: 'monthName',
  b: 'monthShort',
  h: 'monthShort',
  Z: 'timezone',
};

/** `%-d`: without a leading zero. */
const unpadded: Readonly<Record<string, string>> = { d: 'day1', m: 'month1', H: 'hour1', I: 'hour12' };

const wholes: Readonly<Record<string, string>> = {
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  R: '%H:%M',
  D: '%m/%d/%y',
  r: '%I:%M:%S %p',
};

const strftime = (format: string, fields: Fields): string =>
  format
    .replace(/%([FTRDr])/g, (whole, letter: string) => wholes[letter] ?? whole)
    .replace(/%(-?)([A-Za-z%])/g, (whole, dash: string, letter: string) => {
      if (letter === '%') return '%';
      const name = (dash ? unpadded[letter] : undefined) ?? strftimeLetters[letter];
      return name === undefined ? whole : (fields[name] ?? '');
    });

const djangoLetters: Readonly<Record<string, string>> = {
  Y: 'year',
  y: 'year2',
  m: 'month',
  n: 'month1',
  d: 'day',
  j: 'day1',
  H: 'hour',
  G: 'hour1',
  h: 'hour12of2',
  g: 'hour12',
  i: 'minute',
  s: 'second',
  A: 'half',
  a: 'halfDotted',
  l: 'weekday',
  D: 'weekdayShort',
  F: 'monthName',
  M: 'monthShort',
  N: 'monthShort',
  b: 'monthShort',
  T: 'timezone',
  e: 'timezone',
};

const django = (format: string, fields: Fields): string =>
  format.replace(/\\?[A-Za-z]/g, (token) => {
    if (token.startsWith('\\')) return token.slice(1);
    const name = djangoLetters[token];
    return name === undefined ? token : (fields[name] ?? '');
  });

/**
 * A time in a format of strftime (`%d.%m.%Y %H:%M`) or of Django (`l, F j, Y \a\t H:i`), with names in the reader's
 * language; null where it is no time.
 */
export const formatTime = (value: unknown, format: string, place: Place): string | null => {
  const time = readTime(value, place.timezone);
  if (time === null) return null;
  const fields = fieldsOf(time.at, time.timeZone, place);
  return format.includes('%') ? strftime(format, fields) : django(format, fields);
};
