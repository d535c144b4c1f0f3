/** How a recording sounds, as far as that can be told without listening to it. */
export interface Quality {
  /** Somebody or something can be heard in it. */
  speech: boolean;
  /** Mean level of what can be heard, in dB below full scale (0 is the loudest); null where nothing can. */
  levelDbfs: number | null;
  /** It was recorded too loud: full scale is touched again and again. */
  clipped: boolean;
}

/** Of the samples of a run, -1 to 1; of several channels as they are heard on a phone: mixed to one. */
export interface Run {
  /** 0 to 1. */
  loudest: number;
  /** The same of any one channel, before they are mixed: what touches full scale there is distorted in the mix, too. */
  loudestChannel: number;
  sum: number;
  squares: number;
}

const windowsPerSecond = 50;
/** Levels are told apart by whole dB; what is quieter than the last one is silence. */
const quietest = 100;
/** Quieter than the quietest talker on the worst line: with doubt it is speech, since who refuses the empty ones refuses it. */
const roomDbfs = -60;
/** By so much speech is above the noise around it. */
const aboveNoiseDb = 5;
/** Louder than what nobody means to be heard, also where it never stops: a tone, a text telephone. */
const loudDbfs = -45;
/** A word takes longer; a click or a breath does not. */
const shortestSeconds = 0.3;
/** The part of all windows that is quieter than anything said between them. */
const noiseShare = 0.1;
/** The loudest that µ-law has. */
const fullScale = 0.98;
const clippedShare = 0.05;

/**
 * Tells speech from silence: in windows of 20 ms, by how far each is above the quietest of the same recording. Constant
 * memory: of the windows only their number at each level is kept.
 */
export class LevelMeter {
  private readonly windowSamples: number;
  private readonly windows = new Float64Array(quietest + 1);
  private clipped = 0;
  private samples = 0;
  private sum = 0;
  private squares = 0;
  private loudestChannel = 0;

  /** @param sampleRate Hertz */
  constructor(sampleRate: number) {
    this.windowSamples = Math.max(1, Math.round(sampleRate / windowsPerSecond));
  }

  /** How many samples end before the next window begins. */
  room(): number {
    return this.windowSamples - this.samples;
  }

  /** @param samples no more than `room()` */
  add({ loudestChannel, sum, squares }: Run, samples: number): void {
    this.samples += samples;
    this.sum += sum;
    this.squares += squares;
    if (loudestChannel > this.loudestChannel) this.loudestChannel = loudestChannel;
    if (this.samples >= this.windowSamples) this.endWindow();
  }

  quality(): Quality {
    if (this.samples * 2 >= this.windowSamples) this.endWindow();
    const threshold = Math.min(loudDbfs, Math.max(roomDbfs, this.noiseDbfs() + aboveNoiseDb));
    let heard = 0;
    let power = 0;
    for (let below = 0; below <= -threshold; below += 1) {
      const many = this.windows[below] ?? 0;
      heard += many;
      power += many * 10 ** (-below / 10);
    }
    const speech = heard >= shortestSeconds * windowsPerSecond;
    return {
      speech,
      levelDbfs: speech ? Math.round(10 * Math.log10(power / heard)) : null,
      clipped: this.clipped > clippedShare * heard,
    };
  }

  /** The level that a tenth of the windows does not reach. */
  private noiseDbfs(): number {
    let left = noiseShare * this.windows.reduce((sum, many) => sum + many, 0);
    for (let below = quietest; below > 0; below -= 1) {
      left -= this.windows[below] ?? 0;
      if (left < 0) return -below;
    }
    return 0;
  }

  private endWindow(): void {
    // Without the mean: what a bad line or an old sound card adds to each sample is not heard.
    const power = Math.max(0, this.squares / this.samples - (this.sum / this.samples) ** 2);
    const below = Math.min(quietest, Math.max(0, Math.round(-10 * Math.log10(power || 1e-12))));
    this.windows[below] = (this.windows[below] ?? 0) + 1;
    if (this.loudestChannel >= fullScale) this.clipped += 1;
    this.samples = 0;
    this.sum = 0;
    this.squares = 0;
    this.loudestChannel = 0;
  }
}
