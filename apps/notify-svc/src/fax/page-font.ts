import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import decompress from 'woff2-encoder/decompress';
import { z } from 'zod';

const { resolve } = createRequire(import.meta.url);

interface Range {
  first: number;
  last: number;
  /** Path. */
  file: string;
  thin: boolean;
}

const rangesByName = z.record(z.string(), z.string());

/** Reads which file of a family has which characters: `U+4e00-4e10,U+4e20` for the file `[7]`, or for one with a name. */
const rangesOf = (family: string, thin: boolean): Range[] => {
  const folder = `@fontsource-variable/${family}`;
  const listed = rangesByName.parse(JSON.parse(readFileSync(resolve(`${folder}/unicode.json`), 'utf8')));
  return Object.entries(listed).flatMap(([name, text]) => {
    const file = resolve(`${folder}/files/${family}-${name.replace(/[[\]]/g, '')}-wght-normal.woff2`);
    return text.split(',').map((range) => {
      const [first = '', last = first] = range.replace('U+', '').split('-');
      return { first: Number.parseInt(first, 16), last: Number.parseInt(last, 16), file, thin };
    });
  });
};

// The Chinese family has the letters of Japanese too, and few of Central Europe: those are in the Latin one.
const ranges = [...rangesOf('noto-sans-sc', true), ...rangesOf('noto-sans', false)];

/** Letters that only the other family draws: the ranges of the Chinese one name more than its files have. */
const isForeign = (character: string): boolean =>
  /[\p{L}\p{M}]/u.test(character) &&
  !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}]/u.test(
    character,
  );

/** As in CSS, the last range that has a character counts. */
const rangeOf = (character: string): Range | undefined => {
  const code = character.codePointAt(0) ?? 0;
  const foreign = isForeign(character);
  return ranges.findLast(({ first, last, thin }) => first <= code && code <= last && !(thin && foreign));
};

/** Says how others are drawn, and has no shape itself. */
const isInvisible = (character: string): boolean => /\p{Cf}/u.test(character);

/** Whether the fonts have every letter of the text. */
export const canDraw = (text: string): boolean =>
  [...text].every((character) => isInvisible(character) || rangeOf(character) !== undefined);

/** Characters that one font file has. */
export interface Run {
  /** Path. */
  file: string;
  /** The file is of its family's thinnest weight. */
  thin: boolean;
  text: string;
}

const missing = '?';

/** A text as runs of one font file each; what no file has becomes a question mark. */
export const runsOf = (text: string): Run[] => {
  const runs: Run[] = [];
  for (const character of text) {
    if (isInvisible(character)) continue;
    const own = rangeOf(character);
    const { file = '', thin = false } = own ?? rangeOf(missing) ?? {};
    const shown = own === undefined ? missing : character;
    const last = runs.at(-1);
    if (last?.file === file) last.text += shown;
    else runs.push({ file, thin, text: shown });
  }
  return runs;
};

const loaded = new Map<string, Promise<Uint8Array>>();

/** The fonts of the runs, by file, as TrueType: PDF files hold no compressed ones. Read once; all of them are 15 MB. */
export const loadFonts = async (runs: readonly Run[]): Promise<Map<string, Uint8Array>> => {
  const files = [...new Set(runs.map(({ file }) => file))];
  const fonts = files.map(async (file): Promise<[string, Uint8Array]> => {
    const font = loaded.get(file) ?? readFile(file).then(decompress);
    loaded.set(file, font);
    return [file, await font];
  });
  return new Map(await Promise.all(fonts));
};
