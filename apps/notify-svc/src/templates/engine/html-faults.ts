import { misplaced } from './html-context.ts';
import { type Fault, placeOf } from './problem.ts';
import { type Piece, scan } from './scan.ts';

interface Rule {
  pattern: RegExp;
  message: string;
}

/** What could run a script, or make one of what a caller calls themselves. Escaping alone is not enough in these places. */
const rules: readonly Rule[] = [
  {
    pattern: /<\s*(script|iframe|object|embed|applet|base|form|svg|math|template|noscript|frame|frameset)\b/gi,
    message: 'this element has no place in an e-mail; remove it',
  },
  { pattern: /<meta\b[^<>]*http-equiv\s*=\s*["']?refresh/gi, message: 'an e-mail leads nowhere by itself; remove it' },
  {
    pattern: /<[a-z][^<>]*?[\s"'/]on[a-z]+\s*=/gi,
    message: 'attributes that run scripts have no place in an e-mail; remove it',
  },
  { pattern: /(javascript|vbscript)\s*:/gi, message: 'scripts have no place in an e-mail; remove it' },
  {
    pattern:
      /\b(href|src|srcset|action|background|poster)\s*=\s*(["'])\s*(?!\{\{-?\s*(\w+\.)?link\s*-?\}\})(https?:\/\/[^"'/?#{$]*)?(\{\{|\$\{)/gi,
    message: 'only {{ link }} is an address; write others out with their host, or put mailto: or tel: in front',
  },
  {
    pattern: /\bstyle\s*=\s*("[^"]*(\{\{|\$\{)|'[^']*(\{\{|\$\{))/gi,
    message: 'values have no place in a style; write it out',
  },
  {
    pattern: /<style\b(?:(?!<\/?style)[\s\S])*?(\{\{|\$\{)/gi,
    message: 'values have no place in a style; write it out',
  },
];

/** A template that gives the name to something else could put anything into an address. */
const takenName: Rule = {
  pattern: /\{%-?\s*(assign|for)\s+link\b/g,
  message: '`link` is the address of the recording; use another name here',
};

/** Tags show nothing by themselves: places are looked at as if they were not there. */
const withoutTags = (pieces: readonly Piece[]): string =>
  pieces.map(({ kind, text }) => (kind === 'tag' ? text.replace(/[^\n]/g, ' ') : text)).join('');

const mostOfOne = 5;

const faultsBy = ({ pattern, message }: Rule, looked: string): Fault[] =>
  [...looked.matchAll(pattern)].slice(0, mostOfOne).map(({ index }) => ({ ...placeOf(looked, index), message }));

const unquoted = 'a value inside a tag has to be an attribute in quotes: ="{{ … }}"';
const unbalanced = 'close quotes and tags of HTML in the branch in which they are opened';

/** Places of an HTML template that are refused. */
export const htmlFaults = (source: string): Fault[] => {
  const pieces = scan(source);
  const looked = withoutTags(pieces);
  const { values, blocks } = misplaced(pieces);
  const told = (offsets: readonly number[], message: string): Fault[] =>
    offsets.slice(0, mostOfOne).map((offset) => ({ ...placeOf(source, offset), message }));
  return [
    ...faultsBy(takenName, source),
    ...told(values, unquoted),
    ...told(blocks, unbalanced),
    ...rules.flatMap((rule) => faultsBy(rule, looked)),
  ];
};
