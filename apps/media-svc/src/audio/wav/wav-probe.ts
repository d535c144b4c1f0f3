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
  const measure = (frames: Buffer, { channels, bytesPerSample, sample }: WavFormat): void => {
    const frameBytes = channels * bytesPerSample;
    for (let at = 0; at < frames.length; at += frameBytes) {
      let loudest = 0;
      for (let n = at; n < at + frameBytes; n += bytesPerSample)
        loudest = Math.max(loudest, Math.abs(sample(frames, n)));
      meter.add(loudest);
    }
  };
  const parser = new ByteParser(walkWav(limits, measure));
  return {
    push: async (chunk) => parser.push(chunk),
    finish: async () => ({ ...parser.finish(), peaks: meter.peaks() }),
    close: async () => undefined,
  };
};
