import { accepted, Machine, type PatternSet } from './machine.ts';
import { type AclIdentity, hash, literalStart, star } from './pattern.ts';

/** Patterns with how the texts begin that they match. */
export interface StartedSet {
  patterns: readonly { pattern: string; start: string }[];
  who: AclIdentity;
}

export const startedSet = ({ patterns, who }: PatternSet): StartedSet => ({
  patterns: patterns.map((pattern) => ({ pattern, start: literalStart(pattern) })),
  who,
});

/** Which texts matter: those of `holds` without those of `lacks` are had, those of `except` need not be. */
export interface Holding {
  holds: StartedSet;
  lacks: StartedSet;
  except: StartedSet;
}

export interface Verdict {
  isIncluded: boolean;
  /** Places looked at: what it cost. */
  steps: number;
  /** A text that shows why not; null when it is included, or when it took too long. */
  witness: string | null;
}

const dotCode = '.'.charCodeAt(0);
const hashCode = '#'.charCodeAt(0);
/** Stands for every character that no pattern names: no code unit is as large. */
const other = 0x10000;
const [wanted, except, holds, lacks] = [0, 1, 2, 3];

/** Those that can match a text which begins like `begin`, as far as both say how it begins. */
const startingLike = ({ patterns, who }: StartedSet, begin: string): PatternSet => ({
  patterns: patterns.flatMap(({ pattern, start }) =>
    start.startsWith(begin) || begin.startsWith(start) ? [pattern] : [],
  ),
  who,
});

/**
 * Compares patterns as languages: walks all texts that one of them can read, side by side with what the other patterns
 * make of them, and looks for one that is not had. A set of places is looked at one time.
 */
export class Inclusion {
  private readonly machine = new Machine();
  private readonly begin: readonly number[];

  constructor(given: { pattern: string; who: AclIdentity }, holding: Holding) {
    const start = literalStart(given.pattern);
    this.begin = [
      ...this.machine.add({ patterns: [given.pattern], who: given.who }, wanted),
      ...this.machine.add(startingLike(holding.except, start), except),
      ...this.machine.add(startingLike(holding.holds, start), holds),
      ...this.machine.add(startingLike(holding.lacks, start), lacks),
    ];
  }

  /** Whether everything that the given pattern reads is had. After `mostSteps` the answer is no. */
  test(mostSteps: number): Verdict {
    const { machine } = this;
    const first = machine.closure(this.begin);
    const seen = new Set([first.join()]);
    const open: { places: number[]; text: string }[] = [{ places: first, text: '' }];
    // Making the program costs too.
    let steps = machine.op.length;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const { places, text } = at;
      steps += places.length;
      if (steps > mostSteps) return { isIncluded: false, steps, witness: null };
      if (this.isMissing(places)) return { isIncluded: false, steps, witness: text };
      if (this.isSettled(places)) continue;
      for (const char of this.branches(places)) {
        const next = machine.step(places, char);
        steps += next.length;
        const key = next.join();
        if (!next.some((place) => machine.setOf(place) === wanted) || seen.has(key)) continue;
        seen.add(key);
        open.push({ places: next, text: text + (char === other ? '~' : String.fromCharCode(char)) });
      }
    }
    return { isIncluded: true, steps, witness: null };
  }

  private isMissing(places: readonly number[]): boolean {
    const read = new Set(
      places.filter((place) => this.machine.op[place] === accepted).map((place) => this.machine.setOf(place)),
    );
    return read.has(wanted) && !read.has(except) && (!read.has(holds) || read.has(lacks));
  }

  /** From here on every text is excepted, or every text is had. */
  private isSettled(places: readonly number[]): boolean {
    const { op } = this.machine;
    const readsAll = new Set(
      places
        .filter((place) => op[place] === hash && op[place + 1] === accepted)
        .map((place) => this.machine.setOf(place)),
    );
    if (readsAll.has(except)) return true;
    return readsAll.has(holds) && !places.some((place) => this.machine.setOf(place) === lacks);
  }

  /** Characters that lead to different places; all others lead where `other` does. */
  private branches(places: readonly number[]): Set<number> {
    const chars = new Set<number>();
    let reading = 0;
    for (const place of places) {
      const code = this.machine.op[place] ?? accepted;
      if (code >= 0) chars.add(code);
      if (this.machine.setOf(place) === wanted && (code === hash || code === star)) reading += 1;
    }
    if (reading > 0) for (const char of [dotCode, hashCode, other]) chars.add(char);
    return chars;
  }
}
