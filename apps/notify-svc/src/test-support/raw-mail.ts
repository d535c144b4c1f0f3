import { extract, type LetterparserMail, type LetterparserNode, parse } from 'letterparser';

/** A mail read by a library that shares no author and no code with the one that wrote it. */
export interface RawMail {
  mail: LetterparserMail;
  node: LetterparserNode;
  /** Lines of the head as sent, folded ones joined. */
  headers: Array<[name: string, value: string]>;
}

/** Reads a mail as it was on the wire. */
export const readRawMail = (raw: Buffer): RawMail => {
  const text = raw.toString('latin1');
  const [head = ''] = text.split('\r\n\r\n', 1);
  const headers = head
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
  return { mail: extract(text), node: parse(text), headers };
};

/** What RFC 5322 and RFC 2045 say about every byte, broken rules by name; empty when it is clean. */
export const faultsOf = (raw: Buffer): string[] => {
  const text = raw.toString('latin1');
  const lines = text.split('\r\n');
  const head = lines.slice(0, lines.indexOf(''));
  const names = head.filter((line) => !/^[ \t]/.test(line)).map((line) => line.split(':')[0]?.toLowerCase() ?? '');
  const once = ['from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type'];
  const rules: Record<string, boolean> = {
    'a CR or LF alone': /\r(?!\n)|(?<!\r)\n/.test(text),
    'a byte over 127': raw.some((byte) => byte > 127),
    'a NUL': raw.includes(0),
    'a line over 998': lines.some(({ length }) => length > 998),
    'a head line over 78 that could be folded': head.some(
      (line) => line.length > 78 && /\S[ \t]\S/.test(line.slice(1)),
    ),
    'an encoded word over 75': /=\?[^?\s]+\?[bq]\?[^?\s]{64,}\?=/i.test(text),
    'a name of a header that is none': names.some((name) => !/^[!-9;-~]+$/.test(name)),
    'a header that must be there once': once.some((name) => names.filter((other) => other === name).length !== 1),
    'a boundary that is not closed': Array.from(text.matchAll(/boundary="([^"]+)"/g), ([, boundary]) => boundary).some(
      (boundary) => !text.includes(`\r\n--${boundary}\r\n`) || !text.includes(`\r\n--${boundary}--`),
    ),
  };
  return Object.keys(rules).filter((rule) => rules[rule]);
};
