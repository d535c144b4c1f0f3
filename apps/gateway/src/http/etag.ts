import { conflict, invalid } from '@aftertone/kernel';

/** Entity tag of an object's version. */
export const etagOf = (version: number): string => `"${version}"`;

/**
 * The version that `If-Match` names; undefined when it is absent or `*`. Of a list only our own tags can match, and a
 * header without any matches no version: `version-mismatch`, as RFC 9110 has it (weak tags never match here). A change
 * is meant for one version: a list with several of our tags is `invalid-request`.
 */
export const versionOf = (ifMatch: string | undefined): number | undefined => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const versions = new Set(
    ifMatch.split(',').flatMap((tag) => /^"(0|[1-9]\d{0,8})"$/.exec(tag.trim())?.slice(1).map(Number) ?? []),
  );
  const [version] = versions;
  if (version === undefined) throw conflict('version-mismatch', 'The object has another version than If-Match names');
  if (versions.size > 1) throw invalid('invalid-request', 'If-Match may name one version: the one that was read');
  return version;
};

/** Whether `If-None-Match` names this version (weak comparison, lists and `*` as in RFC 9110). */
export const isNotModified = (ifNoneMatch: string | undefined, version: number): boolean =>
  (ifNoneMatch ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etagOf(version));
