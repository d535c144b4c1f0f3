import type { Piece } from './scan.ts';

/** Where a place of HTML is: `open` is just behind a `<`, `value` between `=` and the quote. */
type Context = 'text' | 'open' | 'tag' | 'value' | 'double' | 'single';

const after = (context: Context, sign: string): Context => {
  switch (context) {
    case 'text':
      return sign === '<' ? 'open' : 'text';
    case 'open':
      if (/[a-z/]/i.test(sign)) return 'tag';
      return sign === '<' ? 'open' : 'text';
    case 'tag':
      if (sign === '>') return 'text';
      return sign === '=' ? 'value' : 'tag';
    case 'value':
      if (sign === '"') return 'double';
      if (sign === "'") return 'single';
      if (sign === '>') return 'text';
      return /\s/.test(sign) ? 'value' : 'tag';
    case 'double':
      return sign === '"' ? 'tag' : 'double';
    case 'single':
      return sign === "'" ? 'tag' : 'single';
  }
};

/** Escaping holds a value between tags and in quotes, and nowhere else. */
const holds: ReadonlySet<Context> = new Set(['text', 'double', 'single']);

/** Offsets of values that stand inside a tag without quotes. */
export const unquotedValues = (pieces: readonly Piece[]): number[] => {
  const found: number[] = [];
  let context: Context = 'text';
  for (const { kind, text, offset } of pieces) {
    if (kind === 'tag') continue;
    if (kind === 'output' || kind === 'variable') {
      if (!holds.has(context)) found.push(offset);
      continue;
    }
    for (const sign of text) context = after(context, sign);
  }
  return found;
};
