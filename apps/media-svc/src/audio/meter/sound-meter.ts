import { LevelMeter, type Quality, type Run } from './level-meter.ts';
import { PeakMeter } from './peak-meter.ts';

/** What is measured of a sound while it passes. */
export interface Measured {
  /** Loudest sample of each of `peakCount` equal stretches, 0 to 255. */
  peaks: Uint8Array;
  quality: Quality;
}

/** Measures a sound of unknown length piece by piece, in constant memory. */
export class SoundMeter {
  private readonly peakMeter = new PeakMeter();
  private readonly levels: LevelMeter;

  /** @param sampleRate Hertz */
  constructor(sampleRate: number) {
    this.levels = new LevelMeter(sampleRate);
  }

  /** How many samples of each channel one run may have. */
  room(): number {
    return Math.min(this.peakMeter.room(), this.levels.room());
  }

  /** @param samples of each channel, no more than `room()` */
  addRun(run: Run, samples: number): void {
    this.peakMeter.addRun(run.loudest, samples);
    this.levels.add(run, samples);
  }

  /** Decoded sound: for each channel as many samples, -1 to 1. */
  addSound(channels: readonly Float32Array[], samples: number): void {
    for (let from = 0; from < samples; ) {
      const until = Math.min(samples, from + this.room());
      this.addRun(runOf(channels, from, until), until - from);
      from = until;
    }
  }

  measured(): Measured {
    return { peaks: this.peakMeter.peaks(), quality: this.levels.quality() };
  }
}

// A plain loop over local names: it runs for every sample.
const runOf = (channels: readonly Float32Array[], from: number, until: number): Run => {
  const many = channels.length;
  let loudest = 0;
  let loudestChannel = 0;
  let sum = 0;
  let squares = 0;
  for (let n = from; n < until; n += 1) {
    let mixed = 0;
    for (let c = 0; c < many; c += 1) {
      const value = channels[c]?.[n] ?? 0;
      loudestChannel = Math.max(loudestChannel, Math.abs(value));
      mixed += value;
    }
    mixed /= many;
    loudest = Math.max(loudest, Math.abs(mixed));
    sum += mixed;
    squares += mixed * mixed;
  }
  return { loudest, loudestChannel, sum, squares };
};
