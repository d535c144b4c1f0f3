import { spellings } from './spellings.ts';

const longestDetail = 300;
/** Shorter texts are parts of other words, too: of these only whole words are hidden. */
const shortest = 3;

/** These scripts put no spaces between words: the name of somebody stands in the midst of others. */
const withoutSpaces = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+$/u;

const patternOf = (text: string): string => {
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  if ([...text].length >= shortest || withoutSpaces.test(text)) return literal;
  // Not within words, and not within codes such as 5.7.1.
  return `(?<![\\p{L}\\p{N}])(?<!\\p{N}[.-])${literal}(?![\\p{L}\\p{N}])(?![.-]\\p{N})`;
};

/** Hides texts in a line, in every spelling that we send them in; null and empty ones hide nothing. */
export const masked = (text: string, secrets: ReadonlyArray<string | null>): string => {
  const hidden = new Set(secrets.flatMap((secret) => (secret === null || secret === '' ? [] : spellings(secret))));
  if (hidden.size === 0) return text;
  const longestFirst = [...hidden].sort((a, b) => b.length - a.length);
  return text.replace(new RegExp(longestFirst.map(patternOf).join('|'), 'giu'), '…');
};

/** One line without the texts that must not be told: servers like to quote what they refuse. */
export const cleanDetail = (text: string, secrets: ReadonlyArray<string | null>): string =>
  masked(text, secrets)
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, longestDetail);
