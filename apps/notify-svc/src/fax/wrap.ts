/** How wide a text would be drawn, in points. */
export type Measure = (text: string) => number;

const words = new Intl.Segmenter(undefined, { granularity: 'word' });
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const segmentsOf = (text: string, by: Intl.Segmenter): string[] =>
  Array.from(by.segment(text), ({ segment }) => segment);

/** Cuts a line into lines that are no wider than `width`: between words, and inside one only where it is wider alone. */
export const wrap = (line: string, width: number, measure: Measure): string[] => {
  const lines: string[] = [];
  let current = '';
  const add = (piece: string): void => {
    if (measure(current + piece) <= width) {
      current += piece;
      return;
    }
    if (current !== '') lines.push(current.trimEnd());
    current = piece.trimStart();
  };
  for (const word of segmentsOf(line, words)) {
    if (measure(word) <= width) add(word);
    else segmentsOf(word, characters).forEach(add);
  }
  return [...lines, current.trimEnd()];
};
