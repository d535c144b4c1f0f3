import { describe, expect, it } from 'vitest';
import { amplitudeAt, decibels, sine } from '../../spec-support/sound.ts';
import { openResampler } from './resampler.ts';

const resample = async (samples: Int16Array, from: number, to: number, piece = 1_000): Promise<Float32Array> => {
  const resampler = await openResampler(from, to);
  const out: number[] = [];
  for (let at = 0; at < samples.length; at += piece) out.push(...resampler.push(samples.subarray(at, at + piece)));
  out.push(...resampler.end());
  return Float32Array.from(out, (sample) => sample / 32_768);
};

const level = 0.5;
const rates = [
  [48_000, 8_000],
  [44_100, 8_000],
  [16_000, 8_000],
  [11_025, 8_000],
  [6_000, 8_000],
  [44_100, 16_000],
  [48_000, 16_000],
  [22_051, 16_000],
] as const;

describe.each(rates)('from %i to %i Hz', (from, to) => {
  it('a sound has the same length, to the sample, however it comes in pieces', async () => {
    for (const length of [1, 7, 999, 48_000, 70_001]) {
      const out = await resample(new Int16Array(length), from, to, 997);
      expect(out.length).toBe(Math.round((length * to) / from));
    }
    const samples = sine(440, { seconds: 1.3, sampleRate: from, level });
    expect(await resample(samples, from, to, 333)).toEqual(await resample(samples, from, to, 100_000));
  });

  it.each([100, 440, 2_000])('%i Hz keep their level', async (hertz) => {
    const samples = await resample(sine(hertz, { seconds: 1, sampleRate: from, level }), from, to);
    const found = decibels(amplitudeAt(hertz, { samples, sampleRate: to }), level);
    expect(Math.abs(found)).toBeLessThan(0.2);
  });

  it('sound stays in step, to half a sample', async () => {
    const samples = sine(440, { seconds: 1, sampleRate: from, level });
    const out = await resample(samples, from, to);
    const wanted = sine(440, { seconds: 1, sampleRate: to, level });
    // The first and the last moments are the filter's own.
    const worst = out.slice(to / 10, -to / 10).reduce((most, sample, n) => {
      const difference = Math.abs(sample - (wanted[n + to / 10] ?? 0) / 32_768);
      return Math.max(most, difference);
    }, 0);
    const halfSample = (level * Math.PI * 440) / to;
    expect(worst).toBeLessThan(halfSample + 0.003);
  });
});

it.each([
  [48_000, 8_000, 5_000],
  [16_000, 8_000, 6_000],
  [48_000, 16_000, 11_000],
])('what %i Hz hold above half of %i Hz does not come back as another tone (%i Hz)', async (from, to, hertz) => {
  const samples = await resample(sine(hertz, { seconds: 1, sampleRate: from, level }), from, to);
  const mirrored = to - hertz;
  expect(decibels(amplitudeAt(mirrored, { samples, sampleRate: to }), level)).toBeLessThan(-70);
  expect(Math.max(...samples.slice(to / 10, -to / 10).map(Math.abs))).toBeLessThan(0.001);
});

it('nothing is changed where the rates are the same', async () => {
  const samples = sine(440, { seconds: 1, sampleRate: 8_000 });
  expect(await resample(samples, 8_000, 8_000)).toEqual(Float32Array.from(samples, (sample) => sample / 32_768));
});
