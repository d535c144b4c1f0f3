import { describe, expect, it } from 'vitest';
import { sine } from '../../spec-support/sound.ts';
import { gainFor, mostGainDb, openLeveller } from './leveller.ts';

const sampleRate = 8_000;
const level = (samples: Int16Array, gainDb: number, piece = samples.length || 1): Int16Array => {
  const leveller = openLeveller(gainDb, sampleRate);
  const out: number[] = [];
  for (let at = 0; at < samples.length; at += piece) out.push(...leveller.push(samples.subarray(at, at + piece)));
  return Int16Array.from([...out, ...leveller.end()]);
};
const loudest = (samples: Int16Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
/** 1 dB below full scale. */
const ceiling = 29_204;

it.each([
  [-30, -23, 7],
  [-13, -23, -10],
  [-60, -23, mostGainDb],
  [null, -23, 0],
] as const)('what is of %s LUFS and shall be of %s gets %s dB', (is, shall, gain) => {
  expect(gainFor(is, shall)).toBe(gain);
});

describe('louder', () => {
  it('is everything, in step, where nothing is in the way', () => {
    const quiet = sine(440, { seconds: 1, sampleRate, level: 0.1 });
    expect(level(quiet, 6)).toEqual(quiet.map((sample) => Math.round(sample * 10 ** (6 / 20))));
    expect(level(new Int16Array(500), 20)).toEqual(new Int16Array(500));
  });

  it.each([1, 40, 41, 997])('is as long as it was, however it comes in pieces (%i)', (piece) => {
    const loud = sine(300, { seconds: 0.5, sampleRate, level: 0.9 });
    for (const length of [0, 1, 39, 40, 41, 4_000]) {
      const out = level(loud.subarray(0, length), 20, piece);
      expect(out).toHaveLength(length);
      expect(out).toEqual(level(loud.subarray(0, length), 20));
    }
  });

  it('never goes beyond the ceiling: steps, clicks, noise at full scale', () => {
    const random = Int16Array.from({ length: 20_000 }, (_, n) => ((n * 7_919_777) % 65_536) - 32_768);
    const step = new Int16Array(4_000).fill(-32_768, 1_000);
    const clicks = new Int16Array(4_000).map((_, n) => (n % 37 === 0 ? 32_767 : 900));
    for (const sound of [random, step, clicks]) {
      for (const gainDb of [0.1, 3, 20]) expect(loudest(level(sound, gainDb))).toBeLessThanOrEqual(ceiling);
    }
    expect(loudest(level(clicks, 20))).toBeGreaterThan(ceiling - 2);
  });

  it('is made quieter around a peak only, and bends nothing: what lies apart from it is as loud as ever', () => {
    const sound = sine(440, { seconds: 4, sampleRate, level: 0.1 });
    sound[16_000] = 32_767;
    const out = level(sound, 12);
    const plain = level(sine(440, { seconds: 4, sampleRate, level: 0.1 }), 12);
    expect(out.subarray(0, 15_900)).toEqual(plain.subarray(0, 15_900));
    const after = loudest(out.subarray(24_000));
    expect(Math.abs(after - loudest(plain))).toBeLessThan(5);
    expect(loudest(out.subarray(16_010, 16_100))).toBeLessThan(0.5 * loudest(plain));
  });
});

it('quieter is quieter', () => {
  expect(level(Int16Array.of(32_767, -32_768, 0, 100), -20)).toEqual(Int16Array.of(3_277, -3_277, 0, 10));
});
