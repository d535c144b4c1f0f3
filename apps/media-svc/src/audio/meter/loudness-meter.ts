/** Blocks are of 400 ms and begin every 100 ms (ITU-R BS.1770-5, annex 1). */
const hopsPerSecond = 10;
const hopsPerBlock = 4;
/** Quieter blocks are silence. */
const absoluteGate = -70;
/** Blocks that are by so much quieter than the mean of the others are pauses. */
const relativeGate = -10;
/** Blocks are told apart by tenths of a LU, up to the loudest that there can be. */
const perUnit = 10;
const classes = (10 - absoluteGate) * perUnit;
/** So that 997 Hz at full scale are -3.01. */
const offset = -0.691;

/** Of a filter of second order, the first of the denominator being 1. */
interface Biquad {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

const warped = (hertz: number, sampleRate: number): number => Math.tan((Math.PI * hertz) / sampleRate);

/** What a head in the sound field adds to the highs: the filter that the standard has for 48 kHz, at any rate. */
const shelf = (sampleRate: number): Biquad => {
  const k = warped(1681.974450955533, sampleRate);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b0: (high + (band * k) / q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (band * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
};

/** What is too low to be loud. */
const highPass = (sampleRate: number): Biquad => {
  const k = warped(38.13547087602444, sampleRate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
};

const unitsOf = (power: number): number => offset + 10 * Math.log10(power);

/**
 * Measures how loud one channel is as a whole (integrated loudness of ITU-R BS.1770 and EBU R 128). Constant memory: of the
 * blocks only how many there are at each tenth of a LU, and their power.
 */
export class LoudnessMeter {
  private readonly first: Biquad;
  private readonly second: Biquad;
  /** What the filters remember (transposed direct form II). */
  private state: [number, number, number, number] = [0, 0, 0, 0];
  private readonly hopSamples: number;
  private inHop = 0;
  private squares = 0;
  /** Sums of squares of the last hops. */
  private readonly hops: number[] = [];
  private readonly blocks = new Float64Array(classes);
  private readonly powers = new Float64Array(classes);

  /** @param sampleRate Hertz, a multiple of ten */
  constructor(sampleRate: number) {
    this.first = shelf(sampleRate);
    this.second = highPass(sampleRate);
    this.hopSamples = Math.round(sampleRate / hopsPerSecond);
  }

  /** The next samples, of 16 bits. */
  add(samples: Int16Array): void {
    for (let from = 0; from < samples.length; ) {
      const until = Math.min(samples.length, from + this.hopSamples - this.inHop);
      this.filter(samples, from, until);
      this.inHop += until - from;
      if (this.inHop === this.hopSamples) this.endHop();
      from = until;
    }
  }

  /** In LUFS; null where all is silence, or shorter than a block. */
  loudness(): number | null {
    const all = this.mean(0);
    if (all === null) return null;
    const gate = unitsOf(all) + relativeGate;
    const gated = this.mean(Math.max(0, Math.ceil((gate - absoluteGate) * perUnit)));
    return gated === null ? null : unitsOf(gated);
  }

  /** Mean power of the blocks of a class and all above; null without any. */
  private mean(from: number): number | null {
    const many = this.blocks.subarray(from).reduce((sum, blocks) => sum + blocks, 0);
    return many === 0 ? null : this.powers.subarray(from).reduce((sum, power) => sum + power, 0) / many;
  }

  // A plain loop over local names: it runs for every sample.
  private filter(samples: Int16Array, from: number, until: number): void {
    const { first, second } = this;
    let [x1, x2, y1, y2] = this.state;
    let { squares } = this;
    for (let n = from; n < until; n += 1) {
      const sample = (samples[n] ?? 0) / 32_768;
      const shelved = first.b0 * sample + x1;
      x1 = first.b1 * sample - first.a1 * shelved + x2;
      x2 = first.b2 * sample - first.a2 * shelved;
      const weighted = second.b0 * shelved + y1;
      y1 = second.b1 * shelved - second.a1 * weighted + y2;
      y2 = second.b2 * shelved - second.a2 * weighted;
      squares += weighted * weighted;
    }
    this.state = [x1, x2, y1, y2];
    this.squares = squares;
  }

  private endHop(): void {
    this.hops.push(this.squares);
    this.inHop = 0;
    this.squares = 0;
    // What rings on in silence becomes numbers that processors are slow with.
    this.state = this.state.map((value) => (Math.abs(value) < 1e-20 ? 0 : value)) as typeof this.state;
    if (this.hops.length > hopsPerBlock) this.hops.shift();
    if (this.hops.length === hopsPerBlock) this.endBlock();
  }

  private endBlock(): void {
    const power = this.hops.reduce((sum, squares) => sum + squares, 0) / (hopsPerBlock * this.hopSamples);
    const at = Math.floor((unitsOf(power) - absoluteGate) * perUnit);
    if (!(at >= 0)) return;
    const kind = Math.min(at, classes - 1);
    this.blocks[kind] = (this.blocks[kind] ?? 0) + 1;
    this.powers[kind] = (this.powers[kind] ?? 0) + power;
  }
}
