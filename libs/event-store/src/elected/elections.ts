import { setTimeout as delay } from 'node:timers/promises';
import type { StoreLogger } from '../store/logger.ts';
import { declareKnown } from './known-events.ts';
import { electionLocks } from './locks.ts';
import { Session } from './session.ts';

const retryDelayMs = (failures: number): number => Math.min(50 * 2 ** failures, 2_000);

export interface ElectedOptions {
  /** Of all who use the same name on one database, one works at a time. */
  name: string;
  /** How often a waiting one looks whether the place is free. */
  takeOverMs: number;
}

/**
 * The work of the elected one: runs until the signal, which also aborts when the place is lost; anything it throws ends
 * its term, and there is an election.
 */
export type Term = (session: Session, signal: AbortSignal) => Promise<void>;

export interface ElectionsOptions {
  url: string;
  applicationName: string;
  logger: StoreLogger;
  /** Event types that the process knows; others see that it does while it stands for a place. */
  knows?: readonly string[];
  /** How long the session may be silent before it is asked for a sign of life; default 2,000 ms. */
  beatEveryMs?: number;
}

export interface Elected {
  /** This process is the one. */
  isLeader(): boolean;
  /** Ends the term, if there is one, and leaves the place to others. */
  stop(): Promise<void>;
}

interface Candidate extends ElectedOptions {
  term: Term;
  stopping: AbortController;
  /** When it looks again, of `performance.now()`. */
  nextTry: number;
  failures: number;
  /** Its term, while it has one. */
  serving: Promise<void> | null;
}

/**
 * The places that a process holds or waits for. Each is an advisory lock, and one session holds them all, so that many
 * of them cost a database one connection per process. Who loses the session has lost its places; what a term may still
 * be doing elsewhere then has to be fenced by the work itself (an epoch, an expected sequence).
 */
export class Elections {
  readonly #url: string;
  readonly #applicationName: string;
  readonly #logger: StoreLogger;
  readonly #candidates = new Set<Candidate>();
  readonly #knows: readonly string[];
  readonly #beatEveryMs: number;
  #running: Promise<void> | null = null;
  /** Aborts when somebody came or went since the last look, also when nobody slept then. */
  #change = new AbortController();

  constructor(options: ElectionsOptions) {
    this.#url = options.url;
    this.#applicationName = options.applicationName;
    this.#logger = options.logger;
    this.#knows = options.knows ?? [];
    this.#beatEveryMs = options.beatEveryMs ?? 2_000;
  }

  run(options: ElectedOptions, term: Term): Elected {
    const stopping = new AbortController();
    const candidate: Candidate = { ...options, term, stopping, nextTry: 0, failures: 0, serving: null };
    this.#candidates.add(candidate);
    this.#start();
    return {
      isLeader: () => candidate.serving !== null && !stopping.signal.aborted,
      stop: async () => {
        stopping.abort();
        await candidate.serving;
        this.#candidates.delete(candidate);
        this.#change.abort();
        if (this.#candidates.size === 0) await this.#running;
      },
    };
  }

  #start(): void {
    this.#change.abort();
    this.#running ??= this.#keepSession().finally(() => {
      this.#running = null;
      if (this.#candidates.size > 0) this.#start();
    });
  }

  async #keepSession(): Promise<void> {
    for (let failures = 0; this.#candidates.size > 0; failures += 1) {
      const begun = performance.now();
      try {
        const session = await Session.open(this.#url, `${this.#applicationName} elected`);
        try {
          await declareKnown(session, this.#knows);
          await this.#hold(session);
        } finally {
          await session.end();
        }
      } catch (error) {
        if (performance.now() - begun > 10_000) failures = 0;
        this.#logger.warn({ err: error }, 'the session of elections was lost or cannot be had');
        await this.#sleep(retryDelayMs(failures), []);
      }
    }
  }

  /** Elections on one session, until it is lost or nobody is a candidate any more. */
  async #hold(session: Session): Promise<void> {
    while (this.#candidates.size > 0) {
      session.lost.throwIfAborted();
      await this.#elect(session);
      await session.beat(this.#beatEveryMs);
      const waiting = this.#waiting().map(({ nextTry }) => nextTry - performance.now());
      await this.#sleep(Math.max(0, Math.min(this.#beatEveryMs, ...waiting)), [session.lost]);
    }
  }

  /** Those without a place; of several with the same name only the first, since a session may take a lock twice. */
  #waiting(): Candidate[] {
    const taken = new Set([...this.#candidates].filter(({ serving }) => serving !== null).map(({ name }) => name));
    return [...this.#candidates].filter(({ name, serving, stopping }) => {
      if (serving !== null || stopping.signal.aborted || taken.has(name)) return false;
      taken.add(name);
      return true;
    });
  }

  async #elect(session: Session): Promise<void> {
    const now = performance.now();
    const waiting = this.#waiting();
    if (waiting.every(({ nextTry }) => nextTry > now)) return;
    // Those who are nearly due look at the same time: one statement for many.
    const due = waiting.filter(({ nextTry, takeOverMs }) => nextTry <= now + takeOverMs / 2);
    const { rows } = await session.query<{ name: string; won: boolean }>({
      name: 'elect',
      text: 'SELECT name, pg_try_advisory_lock($1, hashtext(name)) AS won FROM unnest($2::text[]) AS name',
      values: [electionLocks, due.map(({ name }) => name)],
    });
    const won = new Set(rows.filter((row) => row.won).map(({ name }) => name));
    for (const candidate of due) {
      candidate.nextTry = performance.now() + candidate.takeOverMs;
      if (!won.has(candidate.name)) continue;
      if (candidate.stopping.signal.aborted) await this.#free(candidate, session);
      else candidate.serving = this.#serve(candidate, session);
    }
  }

  async #serve(candidate: Candidate, session: Session): Promise<void> {
    const { name, term, stopping } = candidate;
    const begun = performance.now();
    this.#logger.info({ name }, 'elected');
    try {
      await term(session, AbortSignal.any([stopping.signal, session.lost]));
    } catch (error) {
      if (performance.now() - begun > 10_000) candidate.failures = 0;
      candidate.nextTry = performance.now() + retryDelayMs(candidate.failures);
      candidate.failures += 1;
      if (!stopping.signal.aborted) {
        this.#logger.warn({ name, err: error }, 'the term ended; waiting for the next election');
      }
    }
    await this.#free(candidate, session);
    candidate.serving = null;
    this.#change.abort();
  }

  async #free({ name }: Candidate, session: Session): Promise<void> {
    const freeing = session.query('SELECT pg_advisory_unlock($1, hashtext($2))', [electionLocks, name]);
    // With the session the place is free as well.
    await freeing.catch(() => undefined);
  }

  /** Until the time is over, somebody comes or goes (or did while nobody slept), or the session is lost. */
  async #sleep(ms: number, ends: readonly AbortSignal[]): Promise<void> {
    await pause(ms, AbortSignal.any([this.#change.signal, ...ends]));
    this.#change = new AbortController();
  }
}

/** Waits, but not longer than until the signal. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
