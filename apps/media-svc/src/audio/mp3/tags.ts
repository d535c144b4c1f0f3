import { exactly, type Parsing, skip, some } from '../byte-parser.ts';
import { audioTruncated } from '../refusals.ts';

/** Whether an ID3v2 tag starts here (10 bytes are looked at). */
export const isId3v2 = (head: Buffer): boolean => head.toString('latin1', 0, 3) === 'ID3';

const headBytes = 10;
const footerFlag = 0x10;

/** How much comes behind the first ten bytes of an ID3v2 tag, which are given. */
const bytesBehind = (head: Uint8Array): number => {
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((head[at] ?? 0) & 0x7f), 0);
  return size + ((head[5] ?? 0) & footerFlag ? headBytes : 0);
};

/** Passes over the rest of an ID3v2 tag whose first ten bytes are given. */
export function* skipId3v2(head: Buffer): Parsing<void> {
  if (!(yield* skip(bytesBehind(head)))) throw audioTruncated('it ends in its ID3 tag');
}

/** How long the ID3v2 tags are that a file begins with; perhaps more than there is of it. */
export const id3v2Bytes = (file: Uint8Array): number => {
  let at = 0;
  for (;;) {
    const head = Buffer.from(file.buffer, file.byteOffset + at, Math.max(0, Math.min(headBytes, file.length - at)));
    if (head.length < headBytes || !isId3v2(head)) return at;
    at += headBytes + bytesBehind(head);
  }
};

const id3v1Bytes = 128;
const apeHeadBytes = 32;

/** How long the tags are that begin here: ID3v2, APEv2 with its head, Lyrics3, ID3v1 at the end; 0: none does. */
export const tagBytes = (file: Uint8Array, at: number): number => {
  const rest = Buffer.from(file.buffer, file.byteOffset + at, file.length - at);
  const begins = (name: string): boolean => rest.subarray(0, name.length).equals(Buffer.from(name));
  switch (rest[0]) {
    case 0x49: // I
      return id3v2Bytes(rest);
    case 0x41: // A
      return begins('APETAGEX') && rest.length >= apeHeadBytes ? apeHeadBytes + rest.readUInt32LE(12) : 0;
    case 0x4c: // L
      return begins('LYRICSBEGIN') ? rest.length : 0;
    case 0x54: // T
      return begins('TAG') && rest.length === id3v1Bytes ? id3v1Bytes : 0;
    default:
      return 0;
  }
};

/**
 * Passes over what may stand behind the last frame: ID3v1, APEv2, Lyrics3 and zero padding.
 * @param head the four bytes there. Returns false when they begin none of these.
 */
export function* skipTrailer(head: Buffer): Parsing<boolean> {
  const name = head.toString('latin1');
  if (name.startsWith('TAG')) return yield* skip(124);
  if (name === 'APET') {
    const rest = yield* exactly(28);
    return rest.length === 28 && (yield* skip(rest.readUInt32LE(8)));
  }
  if (name === 'LYRI') return yield* toTheEnd(() => true);
  return isZero(head) && (yield* toTheEnd(isZero));
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

function* toTheEnd(accepts: (bytes: Buffer) => boolean): Parsing<boolean> {
  for (;;) {
    const bytes = yield* some(64 * 1024);
    if (bytes.length === 0) return true;
    if (!accepts(bytes)) return false;
  }
}
