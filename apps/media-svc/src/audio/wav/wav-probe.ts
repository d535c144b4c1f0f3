import { type AudioLimits, type AudioProbe, notMeasured } from '../audio-facts.ts';
import { ByteParser } from '../byte-parser.ts';
import type { Run } from '../meter/level-meter.ts';
import { SoundMeter } from '../meter/sound-meter.ts';
import type { WavFormat } from './wav-format.ts';
import { walkWav } from './wav-walk.ts';

export const looksLikeWav = (head: Buffer): boolean =>
  head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WAVE';

/** Reads a WAV file: the walk finds length and faults, and the sound it finds is measured at once. */
export const wavProbe = (limits: AudioLimits): AudioProbe => {
  let meter: SoundMeter | undefined;
  const measure = (frames: Buffer, format: WavFormat): void => {
    meter ??= new SoundMeter(format.sampleRate);
    const frameBytes = format.channels * format.bytesPerSample;
    const isUsual = format.codec === 'pcm_s16le' && format.channels === 1;
    const runOf = isUsual ? runOf16(frames) : runOfAny(frames, format);
    for (let at = 0; at < frames.length; ) {
      const until = Math.min(frames.length, at + meter.room() * frameBytes);
      meter.addRun(runOf(at, until), (until - at) / frameBytes);
      at = until;
    }
  };
  const parser = new ByteParser(walkWav(limits, measure));
  return {
    push: async (chunk) => parser.push(chunk),
    finish: async () => {
      const facts = parser.finish();
      return { ...facts, ...(meter?.measured() ?? notMeasured) };
    },
    close: async () => undefined,
  };
};

/** All frames between two places in bytes. */
type RunOf = (from: number, until: number) => Run;

const runOfAny =
  (bytes: Buffer, { bytesPerSample, channels, sample }: WavFormat): RunOf =>
  (from, until) => {
    let [loudest, loudestChannel, sum, squares] = [0, 0, 0, 0];
    for (let at = from; at < until; ) {
      let mixed = 0;
      for (let c = 0; c < channels; c += 1, at += bytesPerSample) {
        const value = sample(bytes, at);
        loudestChannel = Math.max(loudestChannel, Math.abs(value));
        mixed += value;
      }
      mixed /= channels;
      loudest = Math.max(loudest, Math.abs(mixed));
      sum += mixed;
      squares += mixed * mixed;
    }
    return { loudest, loudestChannel, sum, squares };
  };

const ofFullScale = 2 ** -15;

/** Nearly all recordings are of this kind, of one channel: their samples are read where they lie, or from a copy where that is odd. */
const runOf16 = (bytes: Buffer): RunOf => {
  const { buffer, byteOffset } = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  const samples = new Int16Array(buffer, byteOffset, bytes.length >> 1);
  return (from, until) => {
    let loudest = 0;
    let sum = 0;
    let squares = 0;
    // As fractions: whole numbers would overflow into them halfway, and be slow.
    for (let n = from >> 1; n < until >> 1; n += 1) {
      const value = (samples[n] ?? 0) * ofFullScale;
      const level = Math.abs(value);
      if (level > loudest) loudest = level;
      sum += value;
      squares += value * value;
    }
    return { loudest, loudestChannel: loudest, sum, squares };
  };
};
