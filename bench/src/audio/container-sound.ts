import { readFileSync } from 'node:fs';

/** A second and a bit of speech as phones and browsers write it: what media-svc's tests have. */
const sample = (name: string): Buffer =>
  readFileSync(new URL(`../../../apps/media-svc/src/spec-support/containers/${name}`, import.meta.url));
const sampleSeconds = 1.2;

/** The part behind `at` so often that there is about so much sound of it. */
const repeated = (file: Buffer, at: number, seconds: number): Buffer =>
  Buffer.concat([file.subarray(0, at), ...Array(timesIn(seconds)).fill(file.subarray(at))]);
const timesIn = (seconds: number): number => Math.ceil(seconds / sampleSeconds);

/** Remainders of a polynomial, not reflected, from zero. */
const crc = (bytes: Buffer, bits: 8 | 16 | 32, polynomial: number): number => {
  const top = 2 ** (bits - 1);
  let sum = 0;
  for (const byte of bytes) {
    sum = (sum ^ (byte * 2 ** (bits - 8))) >>> 0;
    for (let n = 0; n < 8; n += 1) {
      const carried = sum >= top;
      sum = (sum * 2) % 2 ** bits;
      if (carried) sum = (sum ^ polynomial) >>> 0;
    }
  }
  return sum;
};

/** Frames of ADTS stand for themselves. */
const adts = (seconds: number): Buffer => repeated(sample('stream.aac'), 0, seconds);

/** AAC in MP4, in fragments, as browsers record it. */
const fragments = (seconds: number): Buffer => {
  const file = sample('browser.mp4');
  return repeated(file, file.indexOf('moof') - 4, seconds);
};

/** Opus in WebM without an end: a cluster ends where the next one begins. */
const webm = (seconds: number): Buffer => {
  const file = sample('browser.webm');
  return repeated(file, file.indexOf(Buffer.from('1f43b675', 'hex')), seconds);
};

const pagesOf = (ogg: Buffer): Buffer[] => {
  const pages: Buffer[] = [];
  for (let at = 0; at < ogg.length; at += pages.at(-1)?.length ?? 0) {
    const sizes = ogg.subarray(at + 27, at + 27 + ogg.readUInt8(at + 26));
    pages.push(ogg.subarray(at, at + 27 + sizes.length + sizes.reduce((sum, size) => sum + size, 0)));
  }
  return pages;
};

const isLast = 4;

/** Opus in Ogg: its pages again and again, at the times and under the numbers that they would have. */
const ogg = (seconds: number): Buffer => {
  const [head, tags, ...sound] = pagesOf(sample('call.ogg'));
  if (head === undefined || tags === undefined) throw new Error('there is nothing in the sample');
  const samples = BigInt(Math.round(sampleSeconds * 48_000));
  const times = timesIn(seconds);
  const pages = Array.from({ length: times * sound.length }, (_, n) => {
    const page = Buffer.from(sound[n % sound.length] ?? tags);
    const round = BigInt(Math.floor(n / sound.length));
    page.writeBigInt64LE(page.readBigInt64LE(6) + round * samples, 6);
    if (n < times * sound.length - 1) page.writeUInt8(page.readUInt8(5) & ~isLast, 5);
    page.writeUInt32LE(n + 2, 18);
    page.writeUInt32LE(0, 22);
    page.writeUInt32LE(crc(page, 32, 0x04c11db7), 22);
    return page;
  });
  return Buffer.concat([head, tags, ...pages]);
};

/** Where the frames of FLAC begin: behind the blocks of which the last one says so. */
const framesAt = (flac: Buffer): number => {
  let at = 4;
  for (let last = false; !last; at += 4 + flac.readUIntBE(at + 1, 3)) last = flac.readUInt8(at) >= 128;
  return at;
};

/** Numbers below 2,048, as UTF-8 has characters. */
const numbered = (n: number): Buffer => Buffer.from(String.fromCharCode(n));

/** FLAC of 48 kHz, two channels and 24 bits: its frames again and again, numbered on. */
const flac = (seconds: number): Buffer => {
  const file = sample('studio.flac');
  const at = framesAt(file);
  const head = Buffer.from(file.subarray(0, at));
  // How many samples there are is not said, nor what they sum up to.
  head.writeUInt8(head.readUInt8(21) & 0xf0, 21);
  head.fill(0, 22, 42);
  const begins = [...file.keys()].filter(
    (n) => n >= at && file.readUInt16BE(Math.min(n, file.length - 2)) === 0xfff8 && isFrame(file.subarray(n)),
  );
  // The last one is shorter than the others, and only the last one may be.
  const frames = begins.slice(0, -1).map((begin, n) => file.subarray(begin, begins[n + 1]));
  const times = Math.ceil((seconds * 48_000) / (frames.length * 4_608));
  return Buffer.concat([head, ...Array.from({ length: times * frames.length }, (_, n) => renumbered(frames, n))]);
};

const numberBytes = (frame: Buffer): number => (frame.readUInt8(4) < 128 ? 1 : 2);
/** Of a frame whose length and rate are in its first four bytes. */
const isFrame = (frame: Buffer): boolean => {
  const end = 4 + numberBytes(frame);
  return frame.length > end && crc(frame.subarray(0, end), 8, 0x07) === frame.readUInt8(end);
};

const renumbered = (frames: readonly Buffer[], n: number): Buffer => {
  const frame = frames[n % frames.length] ?? Buffer.alloc(0);
  const head = Buffer.concat([frame.subarray(0, 4), numbered(n)]);
  const sound = frame.subarray(4 + numberBytes(frame) + 1, -2);
  const all = Buffer.concat([head, Buffer.of(crc(head, 8, 0x07)), sound]);
  const sum = Buffer.alloc(2);
  sum.writeUInt16BE(crc(all, 16, 0x8005));
  return Buffer.concat([all, sum]);
};

/** Files of about so many seconds. */
export const containers = [
  { what: 'AAC in MP4', type: 'audio/mp4', file: fragments },
  { what: 'AAC (ADTS)', type: 'audio/aac', file: adts },
  { what: 'Opus in Ogg', type: 'audio/ogg', file: ogg },
  { what: 'Opus in WebM', type: 'audio/webm', file: webm },
  { what: 'FLAC 48 kHz stereo', type: 'audio/flac', file: flac },
] as const;
