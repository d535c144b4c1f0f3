const headBytes = 27;

/**
 * Whether Ogg ends within a page (RFC 3533, section 6). Of several streams one behind the other the decoder takes the last one
 * for rubbish when it is cut off before its first sound.
 */
export const endsWithinPage = (file: Uint8Array): boolean => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const at = bytes.lastIndexOf('OggS');
  if (at < 0) return false;
  // How many sizes follow; what of the head is not there is missed at once.
  const bodyAt = at + headBytes + (bytes[at + headBytes - 1] ?? 1);
  const sizes = bytes.subarray(at + headBytes, bodyAt);
  return bodyAt + sizes.reduce((sum, size) => sum + size, 0) > bytes.length;
};
