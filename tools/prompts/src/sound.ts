/** Samples of one channel at `sampleRate`, -1 to 1. */
export type Sound = Float32Array;

export const sampleRate = 8000;

/** Level of the spoken parts of every clip, and the peak that wins over it: loud enough for a phone, never clipped. */
const spokenLevel = decibels(-20);
const highestPeak = decibels(-1);

/** Softer than the loudest moment by this much is silence around a clip; a soft `s` at its end is not yet. */
const silence = decibels(-42);
/** Softer than this is a gap between words, which does not count for the level. */
const gap = decibels(-25);

const frame = sampleRate / 100;
/** What stays before and after the words, in samples: clips are played one after another without further gaps. */
const lead = sampleRate * 0.02;
const tail = sampleRate * 0.05;
const fade = sampleRate * 0.005;

/** Cuts the silence around a sound, and lets it begin and end without a click. */
export function trim(sound: Sound): Sound {
  const levels = frameLevels(sound);
  const floor = loudest(levels) * silence;
  const first = levels.findIndex((level) => level > floor);
  const last = levels.findLastIndex((level) => level > floor);
  const trimmed = sound.slice(Math.max(0, first * frame - lead), (last + 1) * frame + tail);
  for (let n = 0; n < Math.min(fade, trimmed.length / 2); n += 1) {
    trimmed[n] = (trimmed[n] ?? 0) * (n / fade);
    const end = trimmed.length - 1 - n;
    trimmed[end] = (trimmed[end] ?? 0) * (n / fade);
  }
  return trimmed;
}

/** Brings the words of a sound to the one level that all clips have. */
export function level(sound: Sound): Sound {
  const levels = frameLevels(sound);
  const words = levels.filter((level) => level > loudest(levels) * gap);
  const spoken = Math.sqrt(words.reduce((sum, level) => sum + level ** 2, 0) / words.length);
  const gain = Math.min(spokenLevel / spoken, highestPeak / loudest(sound));
  return sound.map((sample) => sample * gain);
}

/** One sound after the other. @param pause milliseconds between them */
export function join(sounds: Sound[], pause: number): Sound {
  const between = Math.round((pause / 1000) * sampleRate);
  const joined = new Float32Array(
    sounds.reduce((sum, { length }) => sum + length, 0) + between * Math.max(0, sounds.length - 1),
  );
  let at = 0;
  for (const sound of sounds) {
    joined.set(sound, at);
    at += sound.length + between;
  }
  return joined;
}

/** Loudness (RMS) of every hundredth of a second. */
function frameLevels(sound: Sound): number[] {
  return Array.from({ length: Math.ceil(sound.length / frame) }, (_, n) => {
    const samples = sound.subarray(n * frame, (n + 1) * frame);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
  });
}

function loudest(values: ArrayLike<number>): number {
  let most = 0;
  for (let n = 0; n < values.length; n += 1) most = Math.max(most, Math.abs(values[n] ?? 0));
  return most;
}

function decibels(value: number): number {
  return 10 ** (value / 20);
}
