import { LoudnessMeter } from '../meter/loudness-meter.ts';
import type { Encoder } from './encoder.ts';

export const loudnessBytes = 8;

/** Makes of sound how loud it is, and nothing else. */
export const loudnessEncoder = (sampleRate: number): Encoder => {
  const meter = new LoudnessMeter(sampleRate);
  return {
    push: (samples) => {
      meter.add(samples);
      return Buffer.alloc(0);
    },
    end: () => {
      const told = Buffer.alloc(loudnessBytes);
      told.writeDoubleLE(meter.loudness() ?? Number.NaN);
      return told;
    },
  };
};

/** What it has told, in LUFS; null where there is nothing to hear. */
export const loudnessIn = (told: Buffer): number | null => {
  const lufs = told.readDoubleLE();
  return Number.isNaN(lufs) ? null : lufs;
};
