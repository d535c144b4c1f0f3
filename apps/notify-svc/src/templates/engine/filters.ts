import { filters as all, type FilterImplOptions } from 'liquidjs';
import { localTime } from '../../email/when.ts';
import { formatTime } from './dates.ts';

/**
 * Filters of Liquid that a notice has a use for. Left out on purpose: `raw` and its like, which would let a caller's name
 * into HTML as it is, and what can turn harmless characters into others (`url_decode`, `unescape`).
 */
const taken = [
  ...['append', 'prepend', 'capitalize', 'downcase', 'upcase', 'strip', 'lstrip', 'rstrip', 'strip_newlines'],
  ...['remove', 'remove_first', 'replace', 'replace_first', 'slice', 'split', 'truncate', 'truncatewords'],
  ...['default', 'first', 'last', 'join', 'size', 'url_encode'],
  ...['plus', 'minus', 'times', 'divided_by', 'modulo', 'round', 'ceil', 'floor', 'abs', 'at_least', 'at_most'],
];

const same = (value: unknown): unknown => value;

/** Texts and numbers as they are read; anything that is neither has nothing to show. */
export const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(textOf).join('');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
};

const title = (value: unknown): string =>
  textOf(value).replace(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());

/** Asterisk's `${NAME:begin:length}`: a negative number counts from the end. */
const cut = (value: unknown, begin: unknown, length: unknown): string => {
  const tail = textOf(value).slice(Number(begin));
  return length === undefined ? tail : tail.slice(0, Number(length));
};

const date: FilterImplOptions = function (value: unknown, format: unknown) {
  const place = {
    language: textOf(this.context.getSync(['recipient', 'language'])),
    timezone: textOf(this.context.getSync(['recipient', 'timezone'])),
  };
  if (format !== undefined) return formatTime(value, textOf(format), place) ?? value;
  return formatTime(value, '%F', place) === null ? value : localTime(textOf(value), place);
};

/** What Liquid does not have: names of Django, and dates in the reader's language and time zone. */
const own: Readonly<Record<string, FilterImplOptions>> = {
  cut,
  date,
  title,
  // Values are escaped where they are shown, and never twice.
  ...{ escape: same, force_escape: same, safe: same },
};

/** Django's names for filters of Liquid. */
const alike: ReadonlyMap<string, string> = new Map(
  Object.entries({ upcase: 'upper', downcase: 'lower', size: 'length', truncate: 'truncatechars' }),
);

/** Every filter that a template can use. */
export const filters: Readonly<Record<string, FilterImplOptions>> = {
  ...Object.fromEntries(Object.entries(all).filter(([name]) => taken.includes(name))),
  ...Object.fromEntries(
    Object.entries(all).flatMap(([name, filter]) => {
      const other = alike.get(name);
      return other === undefined ? [] : [[other, filter]];
    }),
  ),
  ...own,
};
