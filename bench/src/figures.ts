/** The value below which this share of the sorted values lies. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export const whole = (n: number): string => Math.round(n).toLocaleString('en');
export const tenth = (n: number): string => n.toFixed(1);
export const thousandth = (n: number): string => n.toFixed(3);

/** A table in Markdown, its first column to the left. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map((_, n) => (n === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
