import { Inclusion, startedSet } from './inclusion.ts';
import type { AclIdentity } from './pattern.ts';

/** Steps that one comparison may take: some milliseconds. Beyond it a pattern counts as lacking. */
const mostSteps = 300_000;

const isDenial = (pattern: string): boolean => pattern.startsWith('!');

/**
 * The patterns of `given` that allow something which the list of `holder` does not, with the denials of both taken into
 * account; none: whoever holds the one may give the other. `me` and `my_session` in `given` are the later holder's own and
 * count as the words, which every holder's own patterns match too.
 *
 * It is exact, but for lists so intricate that comparing them takes too long: their patterns are called lacking.
 */
export const lacking = (holder: readonly string[], who: AclIdentity, given: readonly string[]): string[] => {
  const holding = {
    holds: startedSet({ patterns: holder.filter((pattern) => !isDenial(pattern)), who }),
    lacks: startedSet({ patterns: holder.filter(isDenial).map((pattern) => pattern.slice(1)), who }),
    except: startedSet({ patterns: given.filter(isDenial).map((pattern) => pattern.slice(1)), who: theWords }),
  };
  let left = mostSteps;
  return given.filter((pattern) => {
    if (isDenial(pattern)) return false;
    if (left <= 0) return true;
    const { isIncluded, steps } = new Inclusion({ pattern, who: theWords }, holding).test(left);
    left -= steps;
    return !isIncluded;
  });
};

/** Whether everything that `given` allows is allowed by the list of `holder`: see `lacking`. */
export const covers = (holder: readonly string[], who: AclIdentity, given: readonly string[]): boolean =>
  lacking(holder, who, given).length === 0;

/** Whom `me` stands for where nobody in particular is meant. */
const theWords: AclIdentity = { authId: 'me' };
