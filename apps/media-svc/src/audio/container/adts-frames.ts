import { tagBytes } from '../mp3/tags.ts';

/** Twelve bits of sync, one of the MPEG version, two that are zero; the length of the frame, its head included, in 13 bits. */
const headBytes = 7;

const frameBytes = (file: Uint8Array, at: number): number => {
  const [first, second = 0, , fourth = 0, fifth = 0, sixth] = file.subarray(at, at + headBytes - 1);
  if (first !== 0xff || (second & 0xf6) !== 0xf0 || sixth === undefined) return 0;
  return ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5);
};

/** A frame is where another one or a tag begins behind it, or the file ends, also within it: two bytes may look like a head anywhere. */
const endOfFrame = (file: Uint8Array, at: number): number | null => {
  const bytes = frameBytes(file, at);
  if (bytes < headBytes) return null;
  const end = at + bytes;
  return end >= file.length || frameBytes(file, end) >= headBytes || tagBytes(file, end) > 0 ? end : null;
};

/** Bytes that belong to no frame and no tag. Files are joined with their tags: these may be anywhere. */
export const bytesBetweenFrames = (file: Uint8Array): number => {
  let skipped = 0;
  for (let at = 0; at < file.length; ) {
    const end = endOfFrame(file, at) ?? at + tagBytes(file, at);
    if (end === at) skipped += 1;
    at = Math.max(end, at + 1);
  }
  return skipped;
};
