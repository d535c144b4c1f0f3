/** Makes mono sound of 16 bits louder or quieter. */
export interface Leveller {
  push(samples: Int16Array): Int16Array;
  /** What is still inside: together as many samples as went in. */
  end(): Int16Array;
}

/** Nothing gets louder than this, 1 dB below full scale: what MP3 and a player's filter make of it stays below that, too. */
const ceiling = 32_767 * 10 ** (-1 / 20);
/** So long before a peak it begins to be quieter. */
const aheadSeconds = 0.005;
/** So long after it two thirds of that are over. */
const releaseSeconds = 0.1;
/** More would be noise made loud. */
export const mostGainDb = 20;

const same: Leveller = { push: (samples) => samples, end: () => new Int16Array(0) };

/** By how much to change what is so loud. @param lufs null where nothing is to be heard: that stays as it is */
export const gainFor = (lufs: number | null, wantedLufs: number): number =>
  lufs === null ? 0 : Math.min(mostGainDb, wantedLufs - lufs);

const quieter = (gain: number): Leveller => ({
  push: (samples) => samples.map((sample) => Math.round(sample * gain)),
  end: same.end,
});

/**
 * Louder, with a limiter that sees peaks before they come. Of what each sample may be multiplied with, the least of the next
 * 5 ms counts; that returns slowly; and the mean of its last 5 ms, each of which knew of the sample, is what it is multiplied
 * with.
 */
const louder = (gain: number, sampleRate: number): Leveller => {
  const window = Math.round(aheadSeconds * sampleRate) + 1;
  const release = 1 - Math.exp(-1 / (releaseSeconds * sampleRate));
  const held = new Float64Array(window);
  const allowed = new Float64Array(window).fill(1);
  const smooth = new Float64Array(window).fill(1);
  let at = 0;
  let taken = 0;
  /** Samples since the last one that may not be as loud as the gain makes it. */
  let sinceLoud = window;
  let now = 1;
  let sum = window;

  const least = (): number => {
    if (sinceLoud >= window) return 1;
    let most = 1;
    for (let n = 0; n < window; n += 1) most = Math.min(most, allowed[n] ?? 1);
    return most;
  };
  /** Takes a sample and gives the one that went in `window - 1` before. */
  const step = (sample: number): number => {
    const loud = sample * gain;
    const may = Math.abs(loud) > ceiling ? ceiling / Math.abs(loud) : 1;
    sinceLoud = may < 1 ? 0 : sinceLoud + 1;
    held[at] = loud;
    allowed[at] = may;
    now = Math.min(least(), now + (1 - now) * release);
    sum += now - (smooth[at] ?? 1);
    smooth[at] = now;
    at = (at + 1) % window;
    return Math.round((held[at] ?? 0) * Math.min(1, sum / window));
  };
  const delay = window - 1;
  /** Without what came out before the first sample had come through. */
  const pass = (samples: Int16Array): Int16Array => {
    const out = samples.map(step);
    const early = Math.min(out.length, Math.max(0, delay - taken));
    taken += samples.length;
    return out.subarray(early);
  };
  return { push: pass, end: () => pass(new Int16Array(delay)) };
};

/** A leveller by so many dB. */
export const openLeveller = (gainDb: number, sampleRate: number): Leveller => {
  if (gainDb === 0) return same;
  const gain = 10 ** (gainDb / 20);
  return gain < 1 ? quieter(gain) : louder(gain, sampleRate);
};
