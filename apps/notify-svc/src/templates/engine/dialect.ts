import { placeOf, TemplateFault } from './problem.ts';
import { type Piece, scan } from './scan.ts';

/** A template of Asterisk or KAZOO in Liquid's words, and where each place of it was before. */
export interface Translated {
  source: string;
  placeAt(offset: number): { line: number; column: number };
}

const asteriskVariable = /^\$\{\s*(\w+)\s*(?::(-?\d{1,4}))?(?::(-?\d{1,4}))?\s*\}$/;

/** As Asterisk reads them in `emailbody`. */
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '', '"': '"', '\\': '\\' };

/** Django's date formats protect letters with one backslash or two; in a text of Liquid it takes two. */
const inOutput = (token: string): string =>
  token.replace(/(\|\s*date\s*:\s*)("[^"]*"|'[^']*')/g, (_, filter: string, format: string) => {
    return filter + format.replace(/\\+/g, '\\\\');
  });

const inTag = (token: string): string => token.replace(/^(\{%-?\s*)elif\b/, '$1elsif');

/** A call of another function is no variable: Asterisk alone knows what it does. */
const inVariable = (source: string, token: string, offset: number): string => {
  const [whole, name, begin, length] = asteriskVariable.exec(token) ?? [];
  if (whole === undefined) {
    const message = `Asterisk's functions are not known here: ${token.slice(0, 40)}. Use {% if … %} and filters instead`;
    throw new TemplateFault({ ...placeOf(source, offset), message });
  }
  if (begin === undefined) return `{{ ${name} }}`;
  return `{{ ${name} | cut: ${begin}${length === undefined ? '' : `, ${length}`} }}`;
};

const translated = (source: string, { kind, text, offset }: Piece, escaped: boolean): string => {
  switch (kind) {
    case 'output':
      return inOutput(text);
    case 'tag':
      return inTag(text);
    case 'variable':
      return inVariable(source, text, offset);
    case 'escape':
      return escaped ? (escapes[text.charAt(1)] ?? text) : text;
    case 'plain':
      return text;
  }
};

/**
 * Reads `${VM_NAME}` of Asterisk and what KAZOO's language has otherwise than Liquid. Escapes such as `\n` count only in
 * templates that use Asterisk's variables. Throws a `TemplateFault` for what has no counterpart.
 */
export const translate = (source: string): Translated => {
  const pieces = scan(source);
  const escaped = pieces.some(({ kind }) => kind === 'variable');
  const starts: Array<{ to: number; from: number; whole: boolean }> = [];
  let written = '';
  for (const piece of pieces) {
    // A variable of Asterisk looks otherwise now: every place in it is its beginning.
    starts.push({ to: written.length, from: piece.offset, whole: piece.kind === 'variable' });
    written += translated(source, piece, escaped);
  }
  return {
    source: written,
    placeAt: (offset) => {
      const index = starts.findLastIndex(({ to }) => to <= offset);
      const { to, from, whole } = starts[index] ?? { to: 0, from: 0, whole: true };
      const end = starts[index + 1]?.from ?? source.length;
      return placeOf(source, whole ? from : Math.min(from + offset - to, end));
    },
  };
};
