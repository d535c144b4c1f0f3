/** Twelve bits of sync, one of the MPEG version, two that are zero; the length of the frame, its head included, in 13 bits. */
const headBytes = 7;

const frameBytes = (file: Uint8Array, at: number): number => {
  const [first, second = 0, , fourth = 0, fifth = 0, sixth] = file.subarray(at, at + headBytes - 1);
  if (first !== 0xff || (second & 0xf6) !== 0xf0 || sixth === undefined) return 0;
  return ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5);
};

/** A frame is where another one begins behind it, or the file ends, also within it: two bytes may look like a head anywhere. */
const endOfFrame = (file: Uint8Array, at: number): number | null => {
  const bytes = frameBytes(file, at);
  if (bytes < headBytes) return null;
  const end = at + bytes;
  return end >= file.length || frameBytes(file, end) >= headBytes ? end : null;
};

/** Bytes behind `start` that belong to no frame. */
export const bytesBetweenFrames = (file: Uint8Array, start: number): number => {
  let skipped = 0;
  for (let at = start; at < file.length; ) {
    const end = endOfFrame(file, at);
    if (end === null) skipped += 1;
    at = end ?? at + 1;
  }
  return skipped;
};
