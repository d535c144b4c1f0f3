const headBytes = 27;

/** The numbers in a page's head (RFC 3533, section 6). */
const serialAt = 14;
const sequenceAt = 18;
const sumAt = 22;
const segmentsAt = 26;

const capture = Buffer.from('OggS\0');

const bytesOf = (file: Uint8Array): Buffer => Buffer.from(file.buffer, file.byteOffset, file.length);

/** Where the page that begins here ends; past the end of the file where it is cut off in its head. */
const endOfPage = (bytes: Buffer, at: number): number => {
  // How many sizes follow; what of the head is not there is missed at once.
  const bodyAt = at + headBytes + (bytes[at + segmentsAt] ?? 1);
  const sizes = bytes.subarray(at + headBytes, bodyAt);
  return bodyAt + sizes.reduce((sum, size) => sum + size, 0);
};

/**
 * Whether Ogg ends within a page. Of several streams one behind the other the decoder takes the last one for rubbish when it
 * is cut off before its first sound.
 */
export const endsWithinPage = (file: Uint8Array): boolean => {
  const bytes = bytesOf(file);
  const at = bytes.lastIndexOf('OggS');
  return at >= 0 && endOfPage(bytes, at) > bytes.length;
};

/** CRC-32 as RFC 3533 has it: not reflected, from zero. */
const sums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  return sum;
});

/** Over all of a page, the sum itself being zero. */
export const pageSum = (page: Uint8Array): number => {
  let sum = 0;
  // A plain loop: it runs for every byte.
  for (let n = 0; n < page.length; n += 1) {
    const byte = n >= sumAt && n < sumAt + 4 ? 0 : (page[n] ?? 0);
    sum = (sum << 8) ^ (sums[(sum >>> 24) ^ byte] ?? 0);
  }
  return sum >>> 0;
};

const wholePage = (bytes: Buffer, at: number): Buffer | null => {
  if (bytes.compare(capture, 0, capture.length, at, Math.min(bytes.length, at + capture.length)) !== 0) return null;
  const end = endOfPage(bytes, at);
  if (end > bytes.length) return null;
  const page = bytes.subarray(at, end);
  return page.readUInt32LE(sumAt) === pageSum(page) ? page : null;
};

/** What a reader of Ogg passes over, looking for the next page. */
export interface OggLosses {
  /** Bytes that belong to no whole page. */
  skippedBytes: number;
  /** Pages that are there. */
  pages: number;
  /** Pages that are not: they are counted in each stream. */
  missingPages: number;
}

export const oggLosses = (file: Uint8Array): OggLosses => {
  const bytes = bytesOf(file);
  const losses: OggLosses = { skippedBytes: 0, pages: 0, missingPages: 0 };
  const expected = new Map<number, number>();
  for (let at = 0; at < bytes.length; ) {
    const page = wholePage(bytes, at);
    if (page === null) {
      const next = bytes.indexOf(capture, at + 1);
      const end = next < 0 ? bytes.length : next;
      losses.skippedBytes += end - at;
      at = end;
      continue;
    }
    const [serial, sequence] = [page.readUInt32LE(serialAt), page.readUInt32LE(sequenceAt)];
    losses.pages += 1;
    // A number that was had before is a stream that begins anew, and none is missing.
    losses.missingPages += Math.max(0, sequence - (expected.get(serial) ?? sequence));
    expected.set(serial, sequence + 1);
    at += page.length;
  }
  return losses;
};
