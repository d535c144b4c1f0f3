/** A number from `least` up to, not including, `most`. */
export const between = (least: number, most: number): number => least + Math.random() * (most - least);

/** So many of them, any. */
export const some = <T>(items: readonly T[], count: number): T[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ item }) => item);
