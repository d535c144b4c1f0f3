import { expect, it } from 'vitest';
import { join, level, type Sound, sampleRate, trim } from './sound.ts';
import { wav } from './wav.ts';

const tone = (seconds: number, loudness: number): Sound =>
  Float32Array.from({ length: seconds * sampleRate }, (_, n) => loudness * Math.sin((2 * Math.PI * 400 * n) / 8000));
const silence = (seconds: number): Sound => new Float32Array(seconds * sampleRate);
const peak = (sound: Sound): number => sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

it('cuts what is silent around the words, not between them', () => {
  const words = join([silence(0.5), tone(0.4, 0.3), silence(0.2), tone(0.4, 0.3), silence(0.8)], 0);
  const trimmed = trim(words);
  expect(trimmed.length / sampleRate).toBeCloseTo(0.02 + 1 + 0.05, 2);
  expect([trimmed[0], trimmed.at(-1)]).toEqual([0, 0]);
});

it('takes the hum of a room for silence, and a soft end of a word for speech', () => {
  expect(trim(join([tone(0.5, 0.001), tone(0.4, 0.3)], 0)).length / sampleRate).toBeCloseTo(0.42, 2);
  expect(trim(join([tone(0.4, 0.3), tone(0.1, 0.005)], 0)).length / sampleRate).toBeCloseTo(0.5, 2);
});

it('brings soft and loud words to one level, whatever the pauses between them', () => {
  for (const loudness of [0.01, 0.9]) {
    const levelled = level(join([tone(0.4, loudness), tone(0.4, loudness)], 600));
    expect(peak(levelled)).toBeCloseTo(0.1 * Math.SQRT2, 2); // -20 dBFS
  }
});

it('leaves a clip softer where its peak would not fit', () => {
  const click = tone(0.4, 0.02);
  click[400] = 0.9;
  expect(peak(level(click))).toBeCloseTo(10 ** (-1 / 20), 3);
});

it('pauses between the parts, and not after the last', () => {
  expect(join([tone(0.1, 0.5), tone(0.1, 0.5)], 200).length).toBe(0.4 * sampleRate);
  expect(join([tone(0.1, 0.5)], 200).length).toBe(0.1 * sampleRate);
});

it('writes a plain header with the true sizes', () => {
  const file = wav(Float32Array.of(0, 1, -1));
  expect(file.length).toBe(44 + 6);
  expect([file.readUInt32LE(4), file.readUInt32LE(40)]).toEqual([42, 6]);
  expect([44, 46, 48].map((at) => file.readInt16LE(at))).toEqual([0, 32_767, -32_767]);
});
