/** What a finding means for whoever relied on what was answered. */
export type FindingKind = 'lost' | 'duplicated' | 'other';

/** Something that the books do not account for. */
export interface Finding {
  what: string;
  kind: FindingKind;
  /** Whose: message ids, event ids, keys. */
  ids: string[];
  /** True while nothing but patience may be missing. */
  mayHeal: boolean;
}

const of =
  (kind: FindingKind) =>
  (what: string, ids: readonly string[], mayHeal = false): Finding[] =>
    ids.length === 0 ? [] : [{ what, kind, ids: [...ids], mayHeal }];

/** Not there, not all there, or not as it was left. No finding where there is nobody to name, as below. */
export const lost = of('lost');
/** There, or told, more often than once. */
export const duplicated = of('duplicated');
/** Neither, and not in order all the same. */
export const finding = of('other');

/** Entries that come more than once, by their key. */
export const repeated = <T>(items: readonly T[], keyOf: (item: T) => string): string[] =>
  [...Map.groupBy(items, keyOf)].filter(([, same]) => same.length > 1).map(([key]) => key);
