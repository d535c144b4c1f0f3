/** Something that the books do not account for. */
export interface Finding {
  what: string;
  /** Whose: message ids, event ids, keys. */
  ids: string[];
  /** True while nothing but patience may be missing. */
  mayHeal: boolean;
}

/** No finding where there is nobody to name. */
export const finding = (what: string, ids: readonly string[], mayHeal = false): Finding[] =>
  ids.length === 0 ? [] : [{ what, ids: [...ids], mayHeal }];

/** Entries that come more than once, by their key. */
export const repeated = <T>(items: readonly T[], keyOf: (item: T) => string): string[] =>
  [...Map.groupBy(items, keyOf)].filter(([, same]) => same.length > 1).map(([key]) => key);
