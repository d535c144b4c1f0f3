import type { AudioContentType } from '@aftertone/contracts';

/** What phones and browsers record into: frames of some codec, in a container that may say only at its end where they are. */
export type ContainerType = Exclude<AudioContentType, 'audio/wav' | 'audio/mpeg'>;

const begins = (head: Buffer, text: string, at = 0): boolean => head.toString('latin1', at, at + text.length) === text;

/** EBML, of which Matroska and WebM are made. */
const ebml = Buffer.from([0x1a, 0x45, 0xdf, 0xa3]);

/** ADTS: twelve bits for where a frame begins, one for the MPEG version, and two zeros where MPEG audio has its layer. */
const isAdts = (head: Buffer): boolean => head[0] === 0xff && ((head[1] ?? 0) & 0xf6) === 0xf0;

/** By the first 12 bytes of a file; null for anything else. */
export const containerTypeOf = (head: Buffer): ContainerType | null => {
  if (begins(head, 'ftyp', 4)) return 'audio/mp4';
  if (begins(head, 'OggS')) return 'audio/ogg';
  if (begins(head, 'fLaC')) return 'audio/flac';
  if (head.subarray(0, 4).equals(ebml)) return 'audio/webm';
  return isAdts(head) ? 'audio/aac' : null;
};

export const isContainer = (contentType: string): contentType is ContainerType =>
  contentType !== 'audio/wav' && contentType !== 'audio/mpeg';

/** Written while it was recorded, by a program that did not know when it would end: an end anywhere is its end. */
export const endsAnywhere = (type: ContainerType): boolean => type === 'audio/webm';
