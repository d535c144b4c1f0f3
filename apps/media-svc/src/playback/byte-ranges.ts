import type { ByteRange } from '../blobs/blob-store.ts';

/**
 * What a `Range` header asks of a body of `size` bytes (RFC 9110, 14.1): one stretch, or everything when there is no
 * header, it cannot be read, or it names several stretches (which a server may answer whole). `unsatisfiable` when the
 * stretch lies behind the end.
 *
 * Written here because the packages for it (`range-parser`, also inside `send`) take a suffix that is longer than the
 * body for unsatisfiable; it means the whole body.
 */
export const readRange = (header: string | undefined, size: number): ByteRange | 'all' | 'unsatisfiable' => {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '');
  if (match === null) return 'all';
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? 'all' : suffix(Number(last), size);
  if (last !== '' && Number(last) < Number(first)) return 'all';
  if (Number(first) >= size) return 'unsatisfiable';
  return { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
};

const suffix = (length: number, size: number): ByteRange | 'unsatisfiable' =>
  length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size - 1 };
