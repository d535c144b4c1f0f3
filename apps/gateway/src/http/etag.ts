import { conflict } from '@aftertone/kernel';

/** Entity tag of an object's version. */
export const etagOf = (version: number): string => `"${version}"`;

/**
 * The version that `If-Match` names; undefined when it is absent or `*`. Anything else than one of our tags cannot
 * match any version: `version-mismatch`, as RFC 9110 has it (weak tags never match here).
 */
export const versionOf = (ifMatch: string | undefined): number | undefined => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const tag = /^"([1-9]\d{0,8})"$/.exec(ifMatch.trim());
  if (tag === null) throw conflict('version-mismatch', 'The object has another version than If-Match names');
  return Number(tag[1]);
};

/** Whether `If-None-Match` names this version (weak comparison, lists and `*` as in RFC 9110). */
export const isNotModified = (ifNoneMatch: string | undefined, version: number): boolean =>
  (ifNoneMatch ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etagOf(version));
