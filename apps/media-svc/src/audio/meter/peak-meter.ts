/** How many peaks a recording has. */
export const peakCount = 200;

/** Stretches that are measured while the length is unknown; more than `peakCount`, so that the last step is fine. */
const stretchCount = 2048;

/**
 * Finds the loudest sample of each of `peakCount` equal parts of a sound whose length is known only at its end:
 * when all stretches are used, each two become one of twice the length. Constant memory.
 */
export class PeakMeter {
  private readonly stretches = new Float32Array(stretchCount);
  private samplesPerStretch = 1;
  private used = 0;
  private inLast = 0;

  /** How many samples end before the next stretch begins: of so many, or fewer, only the loudest counts. */
  room(): number {
    this.begin();
    return this.samplesPerStretch - this.inLast;
  }

  /** @param level loudness of the loudest of the next `samples`, 0 to 1; `samples` no more than `room()`. */
  addRun(level: number, samples: number): void {
    this.begin();
    this.inLast += samples;
    const last = this.used - 1;
    if (level > (this.stretches[last] ?? 0)) this.stretches[last] = level;
  }

  /** `peakCount` values of 0 to 255. */
  peaks(): Uint8Array {
    const peaks = new Uint8Array(peakCount);
    const whole = this.used === 0 ? 0 : this.used - 1 + this.inLast / this.samplesPerStretch;
    for (let n = 0; n < peakCount; n += 1) {
      const from = Math.floor((n * whole) / peakCount);
      const until = Math.max(from + 1, Math.ceil(((n + 1) * whole) / peakCount));
      let loudest = 0;
      for (let at = from; at < Math.min(until, this.used); at += 1) {
        loudest = Math.max(loudest, this.stretches[at] ?? 0);
      }
      peaks[n] = Math.round(Math.min(1, loudest) * 255);
    }
    return peaks;
  }

  /** Begins the next stretch where the last one is full. */
  private begin(): void {
    if (this.used > 0 && this.inLast < this.samplesPerStretch) return;
    if (this.used === stretchCount) {
      for (let n = 0; n < stretchCount / 2; n += 1) {
        this.stretches[n] = Math.max(this.stretches[2 * n] ?? 0, this.stretches[2 * n + 1] ?? 0);
      }
      this.stretches.fill(0, stretchCount / 2);
      this.used = stretchCount / 2;
      this.samplesPerStretch *= 2;
    }
    this.used += 1;
    this.inLast = 0;
  }
}
