import type { Clock } from '@aftertone/kernel';
import { pause } from '../elected/elections.ts';
import type { Queryable } from '../store/log.ts';

const lookEveryMs = 5_000;

export interface ClockOptions {
  /** Milliseconds that go on whatever is done to the machine's clock; `performance.now` unless told. */
  elapsed?: () => number;
}

/**
 * The database's time, which is the same for all replicas of a service: what one has taken until then no other one takes
 * earlier, and nothing is due late or over early because the clock of a machine is minutes off.
 *
 * Looked up now and then, and told in between by what has elapsed since. An answer holds for some moment between question
 * and answer: only a look that contradicts what is told moves it.
 */
export class DatabaseClock {
  readonly now: Clock;
  readonly #session: Queryable;
  readonly #elapsed: () => number;
  readonly #stopping = new AbortController();
  /** The database's time when nothing had elapsed, milliseconds since 1970. */
  #origin = Number.NaN;

  private constructor(session: Queryable, { elapsed = () => performance.now() }: ClockOptions) {
    this.#session = session;
    this.#elapsed = elapsed;
    this.now = () => new Date(this.#origin + elapsed());
  }

  /** @throws what the database throws */
  static async open(session: Queryable, options: ClockOptions = {}): Promise<DatabaseClock> {
    const clock = new DatabaseClock(session, options);
    await clock.look();
    void clock.#lookOn();
    return clock;
  }

  /** @throws what the database throws */
  async look(): Promise<void> {
    const asked = this.#elapsed();
    const { rows } = await this.#session.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    const answered = this.#elapsed();
    const now = rows[0]?.now.getTime() ?? Number.NaN;
    const [earliest, latest] = [now - answered, now - asked];
    if (this.#origin >= earliest && this.#origin <= latest) return;
    this.#origin = (earliest + latest) / 2;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #lookOn(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await pause(lookEveryMs, signal);
      // While the database is away nothing can be written either; the machine's oscillator does until then.
      if (!signal.aborted) await this.look().catch(() => undefined);
    }
  }
}
