import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { loadFonts, runsOf } from './page-font.ts';
import { wrap } from './wrap.ts';

export interface FaxPage {
  /** The first is the heading; an empty one is a gap. */
  lines: readonly string[];
  /** Of the words, as a tag such as `de-CH`. */
  language: string;
  /** Written into the file: the same page at the same time is the same file. */
  createdAt: Date;
}

/** In points, 72 to an inch: fax machines cut off the outer half inch. */
const margin = 56;
const headingSize = 18;
const textSize = 13;
const lineSpacing = 1.45;

/** A fax would lose the thin letters: an outline makes them regular ones. */
const outline = 0.05;

const ellipsis = '…';

/** A PDF of one page A4 in black; what does not fit on it ends in an ellipsis. */
export const drawFaxPage = async ({ lines, language, createdAt }: FaxPage): Promise<Buffer> => {
  const [heading = ''] = lines;
  const document = new PDFDocument({
    size: 'A4',
    margin,
    lang: language,
    info: { Title: heading, Producer: 'Aftertone', Creator: 'Aftertone', CreationDate: createdAt },
  });
  const fonts = await loadFonts([...lines, ellipsis].flatMap(runsOf));
  for (const [file, font] of fonts) document.registerFont(file, font);
  const { width, height } = document.page;
  const room = width - 2 * margin;

  const measure = (text: string): number =>
    runsOf(text).reduce((sum, run) => sum + document.font(run.file).widthOfString(run.text), 0);
  const draw = (text: string, size: number, y: number): void => {
    let x = margin;
    document.lineWidth(size * outline);
    for (const run of runsOf(text)) {
      document
        .font(run.file)
        .text(run.text, x, y + size, { lineBreak: false, baseline: 'alphabetic', fill: true, stroke: run.thin });
      x += document.widthOfString(run.text);
    }
  };

  let y = margin;
  for (const [n, line] of lines.entries()) {
    const size = n === 0 ? headingSize : textSize;
    document.fontSize(size);
    for (const part of wrap(line, room, measure)) {
      const isLast = y + 2 * size * lineSpacing > height - margin;
      draw(isLast ? ellipsis : part, size, y);
      y += size * lineSpacing;
      if (isLast) return finish(document);
    }
  }
  return finish(document);
};

const finish = (document: PDFKit.PDFDocument): Promise<Buffer> => {
  document.end();
  return buffer(document);
};
