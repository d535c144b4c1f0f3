export interface Piece {
  /** `{{ … }}`, `{% … %}`, `${…}`, a backslash with its letter, and what is between them. */
  kind: 'output' | 'tag' | 'variable' | 'escape' | 'plain';
  text: string;
  offset: number;
}

const brackets: ReadonlyArray<[open: string, close: string, kind: Piece['kind']]> = [
  ['{{', '}}', 'output'],
  ['{%', '%}', 'tag'],
  ['${', '}', 'variable'],
];

/** Splits a template into its pieces, in time that grows with its length alone. What is never closed is plain. */
export const scan = (source: string): Piece[] => {
  const pieces: Piece[] = [];
  const unclosed = new Set<string>();
  let begun = 0;
  const closed = (offset: number): Piece | null => {
    for (const [open, close, kind] of brackets) {
      if (unclosed.has(open) || !source.startsWith(open, offset)) continue;
      const end = source.indexOf(close, offset + open.length);
      if (end !== -1) return { kind, text: source.slice(offset, end + close.length), offset };
      unclosed.add(open);
    }
    return source[offset] === '\\' && offset + 1 < source.length
      ? { kind: 'escape', text: source.slice(offset, offset + 2), offset }
      : null;
  };
  const plainUntil = (offset: number): void => {
    if (offset > begun) pieces.push({ kind: 'plain', text: source.slice(begun, offset), offset: begun });
  };
  for (const { index } of source.matchAll(/[{$\\]/g)) {
    const piece = index < begun ? null : closed(index);
    if (piece === null) continue;
    plainUntil(index);
    pieces.push(piece);
    begun = index + piece.text.length;
  }
  plainUntil(source.length);
  return pieces;
};
