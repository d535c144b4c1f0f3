import type { Try } from '../load/ledger.ts';

/** One thing that was broken. Times in milliseconds since 1970. */
export interface Fault {
  name: string;
  at: number;
  /** When it was undone from outside; what is over in a moment, such as a kill, when it came. */
  healedAt: number;
}

/** To be called when what was broken is whole again, as far as it is in the hands of whoever broke it. */
export type Healed = () => void;

/** What was broken, and when it was healed. */
export class FaultLog {
  readonly faults: Fault[] = [];

  note(name: string): Healed {
    const now = Date.now();
    const fault = { name, at: now, healedAt: now };
    this.faults.push(fault);
    return () => {
      fault.healedAt = Date.now();
    };
  }

  /** How often each was injected. */
  counts(): Map<string, number> {
    return new Map([...Map.groupBy(this.faults, ({ name }) => name)].map(([name, all]) => [name, all.length]));
  }

  /**
   * The longest time from the end of a fault to the first 2xx of a request that was begun after it, in milliseconds: of
   * all faults. Null when there was none, or no such request.
   */
  longestRecovery(tries: readonly Try[]): number | null {
    const good = tries.filter(({ status }) => status !== 'broken' && status < 300);
    const times = this.faults.flatMap(({ healedAt }) => {
      const answers = good.filter(({ at }) => at >= healedAt).map(({ at, ms }) => at + ms - healedAt);
      return answers.length === 0 ? [] : [answers.reduce((least, ms) => Math.min(least, ms))];
    });
    return times.length === 0 ? null : Math.max(...times);
  }
}
