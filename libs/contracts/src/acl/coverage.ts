import { type IdAlphabet, meets, tokenAlphabet, uuidAlphabet } from './meets.ts';
import { type AclIdentity, compilePattern } from './pattern.ts';

const uuids = /(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f-])/g;

/** One pattern (without `!`), asked about accesses with wildcards: `*` for every id, `#` for everything below. */
export interface Coverage {
  pattern: string;
  /** Ids that the pattern names, its `me` among them. */
  ids: readonly string[];
  /** Whether it matches everything that this access stands for. */
  covers(access: string): boolean;
  /** Whether it matches any of it. */
  touches(access: string): boolean;
  /** Whether it matches some of it by something else than the ids it names. */
  touchesLoosely(access: string): boolean;
}

/** Text up to the first wildcard: what differs from it there is nothing to look at. */
const headOf = (text: string): string => /^[^*#]*/.exec(text)?.[0] ?? '';

const withIdentity = (pattern: string, who: AclIdentity): string =>
  pattern
    .split('.')
    .map((segment) => {
      if (segment === 'me') return who.authId;
      return segment === 'my_session' ? (who.sessionId ?? segment) : segment;
    })
    .join('.');

const quick = (pattern: string, alphabet: IdAlphabet): ((access: string) => boolean) => {
  const head = headOf(pattern);
  return (access) => {
    const other = headOf(access);
    return (head.startsWith(other) || other.startsWith(head)) && meets(pattern, access, alphabet);
  };
};

export const coverageOf = (pattern: string, who: AclIdentity): Coverage => {
  const personal = withIdentity(pattern, who);
  const touchesAsPerson = quick(personal, tokenAlphabet);
  // The reserved words themselves are matched too.
  const touchesAsWritten = personal === pattern ? touchesAsPerson : quick(pattern, tokenAlphabet);
  return {
    pattern,
    ids: [...new Set(personal.match(uuids) ?? [])],
    // To the matcher, `*` and `#` in an access are characters that only a wildcard as wide takes.
    covers: compilePattern(pattern, who),
    touches: (access) => touchesAsPerson(access) || touchesAsWritten(access),
    touchesLoosely: quick(personal.replace(uuids, '\0'), uuidAlphabet),
  };
};
