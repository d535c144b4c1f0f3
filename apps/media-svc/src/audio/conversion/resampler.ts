import { createRequire } from 'node:module';

// A CommonJS module with a `default`: loaders differ in what an import of it gives.
const speex: typeof import('speex-resampler') = createRequire(import.meta.url)('speex-resampler');

/** Takes mono sound of 16 bits at one rate and gives it at another. */
export interface Resampler {
  push(samples: Int16Array): Int16Array;
  /** What is still inside. Together as long as the input, and in step with it. */
  end(): Int16Array;
}

/** Of Speex, 0 to 10: its filter takes away what lies above half of the lower rate, at 48 kHz to 8 kHz by more than 80 dB. */
const quality = 7;
/** Taps of that filter at the lower of both rates; where that is not the rate of the input, as Speex rounds them. */
const taps = 128;
const tapsOfInput = (from: number, to: number): number =>
  from <= to ? taps : Math.ceil(Math.floor((taps * from) / to) / 8) * 8;
/** At least so many samples are worked on at once. */
const blockSamples = 4_096;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const same: Resampler = { push: (samples) => samples, end: () => new Int16Array(0) };

const joined = (parts: readonly Int16Array[]): Int16Array => {
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** A resampler between two rates in hertz. */
export const openResampler = async (from: number, to: number): Promise<Resampler> => {
  if (from === to) return same;
  await speex.default.initPromise;
  const resampler = new speex.default(1, from, to, quality);
  // Given other pieces, it would lose samples where they do not come out even.
  const unit = from / gcd(from, to);
  const block = unit * Math.ceil(blockSamples / unit);
  // The filter is symmetric: sound comes out of its middle.
  let late = Math.round((tapsOfInput(from, to) / 2) * (to / from));
  let taken = 0;
  let given = 0;
  let held = new Int16Array(0);

  const work = (samples: Int16Array): Int16Array => {
    const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    const out = resampler.processChunk(bytes);
    const all = new Int16Array(out.buffer, out.byteOffset, out.length / 2);
    const dropped = Math.min(late, all.length);
    late -= dropped;
    given += all.length - dropped;
    return all.subarray(dropped);
  };
  const push = (samples: Int16Array): Int16Array => {
    taken += samples.length;
    const there = joined([held, samples]);
    const whole = there.length - (there.length % block);
    held = there.slice(whole);
    const parts: Int16Array[] = [];
    for (let at = 0; at < whole; at += block) parts.push(work(there.subarray(at, at + block)));
    return joined(parts);
  };
  const end = (): Int16Array => {
    const wanted = Math.round((taken * to) / from);
    const parts: Int16Array[] = [];
    while (given < wanted) {
      const last = new Int16Array(block);
      last.set(held);
      held = new Int16Array(0);
      parts.push(work(last));
    }
    const rest = joined(parts);
    return rest.subarray(0, rest.length - (given - wanted));
  };
  return { push, end };
};
