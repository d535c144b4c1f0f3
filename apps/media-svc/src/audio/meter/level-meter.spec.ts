import { readFileSync } from 'node:fs';
import { promptLanguages } from '@aftertone/contracts';
import { describe, expect, it } from 'vitest';
import { builtInPrompt, promptKeys } from '../../prompts/built-in-prompts.ts';
import type { Quality } from './level-meter.ts';
import { SoundMeter } from './sound-meter.ts';

const rate = 8_000;
const amplitude = (dbfs: number): number => 10 ** (dbfs / 20);
const powerOf = (samples: Float32Array): number =>
  samples.reduce((sum, value) => sum + value * value, 0) / samples.length;

/** Noise that is the same each time. */
const noise = (length: number, dbfs: number): Float32Array => {
  let seed = 12_345;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 30 - 1;
  };
  // Of as many even numbers each: the mean of their squares is a third.
  return Float32Array.from({ length }, () => amplitude(dbfs) * Math.sqrt(3) * random());
};
const tone = (seconds: number, dbfs: number): Float32Array =>
  Float32Array.from(
    { length: seconds * rate },
    (_, n) => Math.SQRT2 * amplitude(dbfs) * Math.sin((2 * Math.PI * 425 * n) / rate),
  );
const sum = (...parts: readonly Float32Array[]): Float32Array =>
  Float32Array.from({ length: parts[0]?.length ?? 0 }, (_, n) => parts.reduce((all, part) => all + (part[n] ?? 0), 0));
const constant = (length: number, value: number): Float32Array => new Float32Array(length).fill(value);
const around = (seconds: number, sound: Float32Array): Float32Array => {
  const whole = new Float32Array(sound.length + 2 * seconds * rate);
  whole.set(sound, seconds * rate);
  return whole;
};
const measure = (samples: Float32Array): Quality => {
  const meter = new SoundMeter(rate);
  // As it comes: in pieces of any size.
  for (let at = 0; at < samples.length; at += 777) {
    const piece = samples.subarray(at, at + 777);
    meter.addSound([piece], piece.length);
  }
  return meter.measured().quality;
};

/** What people and speech engines say in five languages, at a level of its own. */
const spoken = promptLanguages.flatMap((language) =>
  promptKeys()
    .filter((key) => key.startsWith('vm-'))
    .flatMap((key) => builtInPrompt(language, key)?.file ?? [])
    .map((file) => readFileSync(file))
    .map((wav) => Float32Array.from({ length: (wav.length - 44) / 2 }, (_, n) => wav.readInt16LE(44 + 2 * n) / 32_768)),
);
const at = (dbfs: number, speech: Float32Array): Float32Array => {
  const factor = amplitude(dbfs) / Math.sqrt(powerOf(speech));
  return speech.map((value) => value * factor);
};
const silentOf = (change: (speech: Float32Array) => Float32Array): number =>
  spoken.filter((speech) => speech.length > 1.5 * rate && !measure(change(speech)).speech).length;

describe('speech', () => {
  it.each([
    ['loud', -20, -65, 0],
    ['quiet', -50, -62, 0],
    ['in a noisy room', -35, -45, 0],
    ['hardly above its noise', -40, -46, 0],
    ['with the offset of a bad sound card', -35, -60, 0.0156],
    ['of 8 bits whose middle is one off', -40, -60, 1 / 128],
  ])('%s is speech, whoever speaks', (_how, level, noiseLevel, offset) => {
    expect(spoken.length).toBeGreaterThan(40);
    const disturbed = (speech: Float32Array) =>
      sum(at(level, speech), noise(speech.length, noiseLevel), constant(speech.length, offset));
    expect(silentOf(disturbed)).toBe(0);
  });

  it('of a word or two between silence is speech', () => {
    const short = (speech: Float32Array) => around(2, at(-30, speech.subarray(0, 1.5 * rate)));
    expect(silentOf((speech) => sum(short(speech), noise(short(speech).length, -55)))).toBe(0);
  });

  it('tells its own level, whatever is around it', () => {
    const sound = tone(2, -20);
    expect(measure(sound)).toEqual({ speech: true, levelDbfs: -20, clipped: false });
    expect(measure(around(5, sound)).levelDbfs).toBe(-20);
  });

  it('is not the only thing that is heard: tones that never stop are, too', () => {
    expect(measure(tone(5, -35)).speech).toBe(true);
  });
});

describe('silence', () => {
  it.each([
    ['nothing', () => constant(5 * rate, 0)],
    ['an offset', () => constant(5 * rate, 0.05)],
    ['the noise of a line', () => noise(5 * rate, -62)],
    ['the noise of a room', () => noise(5 * rate, -50)],
    ['a click', () => around(2, constant(80, 0.9))],
    ['a tone that is shorter than any word', () => around(2, tone(0.2, -20))],
  ])('%s is silence', (_what, make) => {
    expect(measure(make())).toEqual({ speech: false, levelDbfs: null, clipped: false });
  });
});

describe('what was recorded too loud', () => {
  it.each([
    ['PCM', 1],
    ['µ-law', 32_124 / 32_768],
    ['A-law', 32_256 / 32_768],
  ])('is known in %s', (_codec, most) => {
    const loud = tone(2, 6).map((value) => Math.max(-most, Math.min(most, value)));
    expect(measure(loud).clipped).toBe(true);
    expect(measure(tone(2, -6).map((value) => value * most)).clipped).toBe(false);
  });

  it('is not what touches the edge once', () => {
    const sound = tone(5, -20);
    sound[100] = 1;
    expect(measure(sound).clipped).toBe(false);
  });
});

describe('of two channels', () => {
  const both = (left: Float32Array, right: Float32Array) => {
    const meter = new SoundMeter(rate);
    meter.addSound([left, right], left.length);
    return meter.measured();
  };
  const sound = tone(2, -20);

  it('is measured what a phone plays: their mean', () => {
    expect(both(sound, sound).quality).toEqual(measure(sound));
    const { peaks, quality } = both(
      sound,
      sound.map((value) => -value),
    );
    expect([quality.speech, Math.max(...peaks)]).toEqual([false, 0]);
    expect(both(sound, constant(sound.length, 0)).quality).toMatchObject({ speech: true, levelDbfs: -26 });
  });

  it('is heard where one of them was recorded too loud', () => {
    const square = sound.map((value) => Math.sign(value));
    expect(both(square, constant(sound.length, 0)).quality.clipped).toBe(true);
  });
});
