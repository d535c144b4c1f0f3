import type { IncomingHttpHeaders } from 'node:http';
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

/**
 * Whether a change is meant for what somebody has made (`If-Match: *`), or only for what nobody has (`If-None-Match: *`);
 * undefined: for either. Throws `version-mismatch` for both at once, `invalid-request` for tags in `If-None-Match`.
 */
export const ifMadeOf = (headers: IncomingHttpHeaders): boolean | undefined => {
  const isAny = headers['if-match']?.trim() === '*';
  const none = headers['if-none-match']?.trim();
  if (none === undefined) return isAny ? true : undefined;
  if (none !== '*')
    throw invalid('invalid-request', 'If-None-Match of a change may be `*`; a version goes into If-Match');
  if (isAny) throw conflict('version-mismatch', 'Nothing can be there and not be there');
  return false;
};

/** Whether `If-None-Match` names this version (weak comparison, lists and `*` as in RFC 9110). */
export const isNotModified = (ifNoneMatch: string | undefined, version: number): boolean =>
  (ifNoneMatch ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etagOf(version));
