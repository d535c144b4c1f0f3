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

const begins = /^\{%-?\s*(if|unless|case|for|comment)\b/;
const parts = /^\{%-?\s*(else|elsif|elif|when)\b/;
const ends = /^\{%-?\s*(endif|endunless|endcase|endfor|endcomment)\b/;
const leaves = /^\{%-?\s*(break|continue)\b/;

/** Branches and rounds that begin and end in the same context: whichever is taken, what follows is where it seems to be. */
class Blocks {
  private readonly open: Array<{ context: Context; loop: boolean }> = [];

  /** Whether a tag in this context keeps to that. */
  keeps(tag: string, context: Context): boolean {
    if (begins.test(tag)) {
      this.open.push({ context, loop: begins.exec(tag)?.[1] === 'for' });
      return true;
    }
    if (leaves.test(tag)) return this.open.findLast(({ loop }) => loop)?.context === context;
    const within = ends.test(tag) ? this.open.pop() : this.open.at(-1);
    return !(ends.test(tag) || parts.test(tag)) || within?.context === context;
  }
}

export interface Misplaced {
  /** Offsets of values that stand inside a tag without quotes. */
  values: number[];
  /** Offsets of Liquid's tags between which quotes or tags of HTML are opened and not closed, or the other way round. */
  blocks: number[];
}

/** Values that escaping does not hold, in one branch of the template or another. */
export const misplaced = (pieces: readonly Piece[]): Misplaced => {
  const found: Misplaced = { values: [], blocks: [] };
  const blocks = new Blocks();
  let context: Context = 'text';
  for (const { kind, text, offset } of pieces) {
    if (kind === 'tag') {
      if (!blocks.keeps(text, context)) found.blocks.push(offset);
    } else if (kind === 'output' || kind === 'variable') {
      if (!holds.has(context)) found.values.push(offset);
    } else {
      for (const sign of text) context = after(context, sign);
    }
  }
  return found;
};
