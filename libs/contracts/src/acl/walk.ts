import { anyId } from './event-paths.ts';
import type { PathTree } from './path-tree.ts';

/**
 * Whether everything on this path is admitted: `*` in it is every id, a last `#` everything below. `id` is the id that
 * the path names, null when it names none.
 */
export type Admits = (path: readonly string[], id: string | null) => boolean;

export interface WalkRules {
  /** Ids to be tried where not every id is admitted. */
  ids: readonly string[];
  /** Whether one path may stand for everything below it, also for what later versions publish there. */
  deep: boolean;
  admits: Admits;
}

const isCovered = (path: readonly string[], by: readonly string[]): boolean => {
  if (by.at(-1) === '#') {
    const above = by.slice(0, -1);
    return path.length > above.length && above.every((segment, n) => segment === anyId || segment === path[n]);
  }
  return path.length === by.length && by.every((segment, n) => segment === anyId || segment === path[n]);
};

const walk = (node: PathTree, path: readonly string[], id: string | null, rules: WalkRules): string[][] => {
  const { ids, deep, admits } = rules;
  if (node.isPath) return admits(path, id) ? [[...path]] : [];
  const everything = [...path, '#'];
  if (deep && node.mayBeWhole && admits(everything, id)) return [everything];
  return [...node.children].flatMap(([segment, child]) => {
    const every = walk(child, [...path, segment], id, rules);
    if (segment !== anyId) return every;
    // Beside subjects for every id, those of one id go without the wildcard that would overlap them.
    const below = { ...rules, deep: deep && every.length === 0 };
    const named = ids.flatMap((one) => walk(child, [...path, one], one, below));
    return [...every, ...named.filter((one) => !every.some((wide) => isCovered(one, wide)))];
  });
};

/** The paths of the tree that are admitted, taken together as far as it goes; none overlaps another. */
export const admittedPaths = (tree: PathTree, rules: WalkRules): string[][] => walk(tree, [], null, rules);
