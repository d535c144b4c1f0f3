/** The value below which this share of the sorted values lies. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** The middle one, of an even number the mean of the two in the middle; NaN of none, and where one is not a number. */
export const median = (values: readonly number[]): number => {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const [below, above] = [sorted[sorted.length - 1 - upper] ?? Number.NaN, sorted[upper] ?? Number.NaN];
  return below === above ? above : (below + above) / 2;
};
