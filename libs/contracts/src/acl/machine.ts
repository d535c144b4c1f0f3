import { type AclIdentity, compileProgram, hash, jump, split, star } from './pattern.ts';

/** Patterns of one identity, without `!`. */
export interface PatternSet {
  patterns: readonly string[];
  who: AclIdentity;
}

const dotCode = '.'.charCodeAt(0);
const hashCode = '#'.charCodeAt(0);
/** The place behind the last one of a pattern: the text is read. */
export const accepted = -5;

/** Many patterns as one program; a place of it belongs to the pattern set that is numbered. */
export class Machine {
  readonly op: number[] = [];
  private readonly target: number[] = [];
  private readonly set: number[] = [];

  /** Adds patterns; gives back the places where they begin. */
  add({ patterns, who }: PatternSet, set: number): number[] {
    return patterns.map((pattern) => {
      const begin = this.op.length;
      const program = compileProgram(pattern, who);
      this.op.push(...program.op, accepted);
      this.target.push(...Array.from(program.target, (place) => begin + place), 0);
      this.set.push(...Array.from(program.op, () => set), set);
      return begin;
    });
  }

  setOf(place: number): number {
    return this.set[place] ?? 0;
  }

  /** Everywhere one can be without reading on, in order. */
  closure(places: Iterable<number>): number[] {
    const seen = new Set<number>();
    const enter = (place: number): void => {
      if (seen.has(place)) return;
      seen.add(place);
      const code = this.op[place];
      if (code === hash || code === star || code === split) enter(place + 1);
      if (code === jump || code === split) enter(this.target[place] ?? place);
    };
    for (const place of places) enter(place);
    return [...seen].filter((place) => this.op[place] !== jump && this.op[place] !== split).sort((a, b) => a - b);
  }

  step(places: readonly number[], char: number): number[] {
    const next: number[] = [];
    for (const place of places) {
      const code = this.op[place];
      if (code === char) next.push(place + 1);
      else if (code === hash || (code === star && char !== dotCode && char !== hashCode)) next.push(place);
    }
    return this.closure(next);
  }
}
