import { createHash } from 'node:crypto';

/** Chance that comes the same way again from the same seed, whatever happens in between. */
export class Chance {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A number from `least` up to, not including, `most`. */
  between(least: number, most: number): number {
    const digest = createHash('sha256')
      .update(`${this.#seed} ${this.#drawn++}`)
      .digest();
    return least + (digest.readUInt32LE() / 2 ** 32) * (most - least);
  }

  /** So many of them, any. */
  some<T>(items: readonly T[], count: number): T[] {
    return items
      .map((item) => ({ item, place: this.between(0, 1) }))
      .sort((a, b) => a.place - b.place)
      .slice(0, count)
      .map(({ item }) => item);
  }
}
