import { describe, expect, it } from 'vitest';
import { LoudnessMeter } from './loudness-meter.ts';

/** Seconds of a sine, and its peak in dB below full scale. */
type Stretch = readonly [seconds: number, dbfs: number, hertz?: number];

const signal = (sampleRate: number, stretches: readonly Stretch[]): Int16Array => {
  const parts = stretches.map(([seconds, dbfs, hertz = 1_000]) =>
    Int16Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) =>
      Math.round(32_767 * 10 ** (dbfs / 20) * Math.sin((2 * Math.PI * hertz * n) / sampleRate)),
    ),
  );
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

const measure = (sampleRate: number, samples: Int16Array, piece = samples.length): number | null => {
  const meter = new LoudnessMeter(sampleRate);
  for (let at = 0; at < samples.length; at += piece) meter.add(samples.subarray(at, at + piece));
  return meter.loudness();
};

/** The signals of EBU Tech 3341 are stereo, the same on both sides: on one side alone they are half as powerful. */
const bothSides = 10 * Math.log10(2);
const loudness = (sampleRate: number, stretches: readonly Stretch[]): number =>
  (measure(sampleRate, signal(sampleRate, stretches)) ?? Number.NaN) + bothSides;

describe.each([8_000, 48_000])('at %i Hz', (sampleRate) => {
  it('the signals 1 to 5 of EBU Tech 3341 are what they should be, to a tenth', () => {
    const cases: ReadonlyArray<[number, readonly Stretch[]]> = [
      [-23, [[20, -23]]],
      [-33, [[20, -33]]],
      [
        -23,
        [
          [10, -36],
          [60, -23],
          [10, -36],
        ],
      ],
      [
        -23,
        [
          [10, -72],
          [10, -36],
          [60, -23],
          [10, -36],
          [10, -72],
        ],
      ],
      [
        -23,
        [
          [20, -26],
          [20.1, -20],
          [20, -26],
        ],
      ],
    ];
    for (const [wanted, stretches] of cases)
      expect(Math.abs(loudness(sampleRate, stretches) - wanted)).toBeLessThan(0.1);
  });

  it('997 Hz at full scale are -3.01, and what is low counts less, and what is high more', () => {
    const of = (hertz: number) => measure(sampleRate, signal(sampleRate, [[5, 0, hertz]])) ?? Number.NaN;
    expect(of(997)).toBeCloseTo(-3.01, 1);
    expect(of(40)).toBeLessThan(-7);
    expect(of(3_500)).toBeGreaterThan(-0.5);
  });
});

it('is the same however the sound comes in pieces', () => {
  const samples = signal(8_000, [
    [3, -30],
    [2, -20],
  ]);
  expect(measure(8_000, samples, 77)).toBe(measure(8_000, samples));
});

it('is unknown of silence, also of a long one, and of what is shorter than a block', () => {
  expect(measure(8_000, new Int16Array(80_000))).toBeNull();
  expect(measure(8_000, signal(8_000, [[5, -80]]))).toBeNull();
  expect(measure(8_000, signal(8_000, [[0.399, -10]]))).toBeNull();
  expect(measure(8_000, signal(8_000, [[0.4, -10]]))).toBeCloseTo(-13, 0);
});
