import type { Clock } from '@aftertone/kernel';
import type { Presented, Session } from '../access/session.ts';
import { type Affected, AffectedSessions } from './affected.ts';

/** Whoever is served for as long as a token is valid. */
export interface Watched {
  readonly token: string;
  readonly session: Session;
  /** The token is still valid; its rights may be others. */
  onSession(session: Session): void;
  /** The token ended. */
  onEnd(): void;
}

/** Asks what tokens stand for now, in their order; null for one that ended. */
export type AskSessions = (presented: readonly Presented[]) => Promise<readonly (Session | null)[]>;

/** Tokens of one question: the answers keep the process from nothing else for long. */
const mostAtOnce = 250;

/**
 * Checks the tokens of everything that stays open: each token once per interval,
 * however many connections it has, and at once when its rights may be others.
 */
export class SessionWatch {
  private readonly watched = new Map<string, Set<Watched>>();
  private readonly ask: AskSessions;
  private readonly clock: Clock;
  private readonly everyMs: number;
  private timer: NodeJS.Timeout | undefined;
  private isChecking = false;
  private turn: Promise<void> = Promise.resolve();
  /** Those who are asked for in the next turn. */
  private affected: AffectedSessions | undefined;

  /** @param clock the store's: a process may be minutes away from it */
  constructor(ask: AskSessions, clock: Clock, everyMs: number) {
    this.ask = ask;
    this.clock = clock;
    this.everyMs = everyMs;
  }

  /** Returns what ends the watch. */
  watch(watched: Watched): () => void {
    const key = `${watched.token} ${watched.session.tenantId}`;
    const same = this.watched.get(key) ?? new Set();
    this.watched.set(key, same.add(watched));
    this.timer ??= setInterval(() => void this.check(), this.everyMs).unref();
    return () => {
      same.delete(watched);
      if (same.size === 0 && this.watched.get(key) === same) this.watched.delete(key);
      if (this.watched.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  }

  /** Asks for these at once: soon after they came together, and behind what is being asked already. */
  recheck(affected: Affected): void {
    if (this.affected === undefined) {
      const together = new AffectedSessions();
      this.affected = together;
      void this.inTurn(async () => {
        this.affected = undefined;
        await this.checkAll(([first]) => first !== undefined && together.has(first.session));
      });
    }
    this.affected.add(affected);
  }

  private async check(): Promise<void> {
    if (this.isChecking) return;
    this.isChecking = true;
    await this.inTurn(() => this.checkAll(() => true));
    this.isChecking = false;
  }

  /** One after the other: an older answer never comes behind a newer one. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(work).catch(() => undefined);
    return this.turn;
  }

  private async checkAll(isMeant: (group: readonly Watched[]) => boolean): Promise<void> {
    const groups = [...this.watched.values()].filter((group) => isMeant([...group]));
    for (let first = 0; first < groups.length; first += mostAtOnce) {
      await this.checkSome(groups.slice(first, first + mostAtOnce));
    }
  }

  private async checkSome(groups: readonly ReadonlySet<Watched>[]): Promise<void> {
    const asked = groups.flatMap((group) => [...group].slice(0, 1).map((first) => ({ group, first })));
    const presented = asked.map(({ first }) => ({ token: first.token, tenant: first.session.tenantId }));
    // A store that does not answer says nothing about the tokens: only their time ends them.
    const answers = await this.ask(presented).catch(() => asked.map(({ first }) => this.unlessOver(first.session)));
    for (const [n, { group }] of asked.entries()) {
      const session = answers[n] ?? null;
      for (const watched of [...group]) {
        if (session === null) watched.onEnd();
        else watched.onSession(session);
      }
    }
  }

  private unlessOver(session: Session): Session | null {
    return session.expiresAt !== null && session.expiresAt <= this.clock().getTime() ? null : session;
  }
}
