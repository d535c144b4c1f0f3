import type { AudioLimits, AudioProbe } from '../audio-facts.ts';
import { ByteParser } from '../byte-parser.ts';
import { PeakMeter } from '../peak-meter.ts';
import type { WavFormat } from './wav-format.ts';
import { walkWav } from './wav-walk.ts';

export const looksLikeWav = (head: Buffer): boolean =>
  head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WAVE';

/** Reads a WAV file: the walk finds length and faults, and the sound it finds is measured at once. */
export const wavProbe = (limits: AudioLimits): AudioProbe => {
  const meter = new PeakMeter();
  const measure = (frames: Buffer, format: WavFormat): void => {
    const frameBytes = format.channels * format.bytesPerSample;
    const loudestOf = format.codec === 'pcm_s16le' ? loudest16(frames) : loudest(frames, format);
    for (let at = 0; at < frames.length; ) {
      const until = Math.min(frames.length, at + meter.room() * frameBytes);
      meter.addRun(loudestOf(at, until), (until - at) / frameBytes);
      at = until;
    }
  };
  const parser = new ByteParser(walkWav(limits, measure));
  return {
    push: async (chunk) => parser.push(chunk),
    finish: async () => ({ ...parser.finish(), peaks: meter.peaks() }),
    close: async () => undefined,
  };
};

/** The loudest sample between two places in bytes, 0 to 1. */
type Loudest = (from: number, until: number) => number;

const loudest =
  (bytes: Buffer, { bytesPerSample, sample }: WavFormat): Loudest =>
  (from, until) => {
    let most = 0;
    for (let at = from; at < until; at += bytesPerSample) most = Math.max(most, Math.abs(sample(bytes, at)));
    return most;
  };

/** Nearly all recordings are of this kind: their samples are read where they lie, or from a copy where that is odd. */
const loudest16 = (bytes: Buffer): Loudest => {
  const { buffer, byteOffset } = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  const samples = new Int16Array(buffer, byteOffset, bytes.length >> 1);
  return (from, until) => {
    let highest = 0;
    let lowest = 0;
    for (let n = from >> 1; n < until >> 1; n += 1) {
      const sample = samples[n] ?? 0;
      if (sample > highest) highest = sample;
      else if (sample < lowest) lowest = sample;
    }
    return Math.max(highest, -lowest) / 2 ** 15;
  };
};
