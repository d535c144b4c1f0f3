import type { LogReader, Queryable } from '../store/log.ts';
import type { RecordedEvent } from '../types.ts';
import { Poll } from './poll.ts';
import { Ring, type RingLimits } from './ring.ts';

/** What a follower asks for. */
export interface NextOptions {
  /** Everything up to here is done: the events after it are wanted. */
  after: number;
  /** Events at most. */
  limit: number;
  /** Types that are wanted, when not all are; others are only passed over. */
  types?: ReadonlySet<string> | undefined;
  /** How long to wait when there is nothing, in milliseconds. */
  waitMs: number;
  signal: AbortSignal;
}

export interface Look {
  /** Wanted events, oldest first; none when the time was over or the signal aborted first. */
  events: RecordedEvent[];
  /** Everything up to here is among them or is not wanted. */
  through: number;
}

/** One who follows the log. */
export interface Follower {
  /** Everything up to here is done or is not wanted; grows while `next` passes over what is not wanted. */
  readonly position: number;
  /** Waits for the next events. One call at a time. Rejects when the log cannot be read. */
  next(options: NextOptions): Promise<Look>;
  close(): void;
}

const pageSize = 500;
const limits: RingLimits = { events: 4_096, bytes: 8 << 20 };
/** Events that came in before one that precedes them, at most: they are read instead. */
const maxEarly = 1_024;

/**
 * The end of the log, read once for everybody in this process who follows it. What this process appended is known
 * without reading; what others appended is found by looking, ever less often while nothing comes. Who is further behind
 * than memory reaches reads for itself until it has caught up.
 */
export class LogTail {
  readonly #log: LogReader;
  readonly #poll = new Poll(() => this.#look());
  readonly #followers = new Map<Follower, () => number>();
  /** Appended events that do not follow the ring yet, by position. */
  readonly #early = new Map<number, RecordedEvent>();
  readonly #waiting = new Set<() => void>();
  #ring: Ring | null = null;
  /** There may be more in the log than in the ring. */
  #stale = true;
  #reading: Promise<void> | null = null;
  #waking = false;

  constructor(log: LogReader) {
    this.#log = log;
  }

  /**
   * What this process has just appended. Answers of one batch come one by one: who waits is woken once, after all of
   * them.
   */
  offer(events: readonly RecordedEvent[]): void {
    const ring = this.#ring;
    if (ring === null || events.length === 0) return;
    if (events[0]?.position === ring.through + 1) ring.push(events);
    else if (this.#early.size < maxEarly) for (const event of events) this.#early.set(event.position, event);
    for (let next = this.#early.get(ring.through + 1); next !== undefined; ) {
      ring.push([next]);
      this.#early.delete(next.position);
      next = this.#early.get(ring.through + 1);
    }
    this.#wakeSoon();
  }

  /** @param on where the log is read: the session by which the follower was elected */
  follow(on: Queryable, position: number): Follower {
    let done = position;
    const follower: Follower = {
      get position() {
        return done;
      },
      next: (options) =>
        this.#next(on, options, (through) => {
          done = through;
        }),
      close: () => {
        this.#followers.delete(follower);
        if (this.#followers.size === 0) this.#forget();
      },
    };
    this.#followers.set(follower, () => done);
    return follower;
  }

  async #next(on: Queryable, options: NextOptions, passed: (through: number) => void): Promise<Look> {
    const { limit, types, signal } = options;
    const until = performance.now() + options.waitMs;
    let { after } = options;
    passed(after);
    for (;;) {
      const ring = this.#ringFor(after);
      const look = after < ring.from ? await this.#behind(on, ring, after, options) : pick(ring, after, limit, types);
      after = look.through;
      if (look.events.length > 0) return look;
      passed(after);
      if (signal.aborted || performance.now() >= until) return look;
      if (this.#ring !== ring || after !== ring.through) continue;
      if (this.#stale) await this.#readEnd(on, ring);
      else await this.#wait(until, signal);
    }
  }

  /** The ring is where the foremost follower is. */
  #ringFor(position: number): Ring {
    if (this.#ring === null || position > this.#ring.through) {
      this.#ring = new Ring(position, limits);
      this.#stale = true;
      this.#early.clear();
    }
    return this.#ring;
  }

  /** Reads what has fallen out of the ring. */
  async #behind(on: Queryable, ring: Ring, after: number, { limit, types }: NextOptions): Promise<Look> {
    const read = await this.#log.readAll(after, types === undefined ? limit : pageSize, on);
    // Never past the ring: it would be taken to where this one is, away from all others.
    const known = read.filter(({ position }) => position <= ring.through);
    const events: RecordedEvent[] = [];
    for (const event of known) {
      if (types === undefined || types.has(event.type)) events.push(event);
      if (events.length === limit) return { events, through: event.position };
    }
    return { events, through: known.at(-1)?.position ?? ring.from };
  }

  /** Reads on behind the ring, once for all who stand there. */
  #readEnd(on: Queryable, ring: Ring): Promise<void> {
    this.#reading ??= (async () => {
      this.#stale = false;
      try {
        const page = await this.#log.readAll(ring.through, pageSize, on);
        if (page.length === pageSize) this.#stale = true;
        if (page.length > 0) {
          this.#poll.busy();
          // Appends may have been offered meanwhile.
          ring.push(page.filter(({ position }) => position > ring.through));
          for (const position of this.#early.keys()) if (position <= ring.through) this.#early.delete(position);
        }
      } catch (error) {
        this.#stale = true;
        throw error;
      } finally {
        this.#reading = null;
      }
      this.#trim();
      this.#wake();
    })();
    return this.#reading;
  }

  #wait(until: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(), Math.max(0, until - performance.now()));
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#waiting.delete(end);
        if (this.#waiting.size === 0) this.#poll.stop();
        resolve();
      };
      this.#waiting.add(end);
      signal.addEventListener('abort', end, { once: true });
      this.#poll.start();
    });
  }

  #look(): void {
    this.#stale = true;
    this.#wake();
  }

  #wakeSoon(): void {
    if (this.#waking) return;
    this.#waking = true;
    setImmediate(() => {
      this.#waking = false;
      // What is still missing in between was appended by another process, or its answer is lost.
      if (this.#early.size > 0) this.#stale = true;
      this.#poll.busy();
      this.#trim();
      this.#wake();
    });
  }

  #wake(): void {
    for (const end of [...this.#waiting]) end();
  }

  /** Lets go of what every follower has passed. */
  #trim(): void {
    let least = Number.MAX_SAFE_INTEGER;
    for (const done of this.#followers.values()) least = Math.min(least, done());
    this.#ring?.trim(least);
  }

  #forget(): void {
    this.#ring = null;
    this.#early.clear();
    this.#poll.stop();
  }
}

/** Wanted events of the ring. */
const pick = (ring: Ring, after: number, limit: number, types: ReadonlySet<string> | undefined): Look => {
  const events: RecordedEvent[] = [];
  let through = after;
  for (const event of ring.after(after)) {
    through = event.position;
    if (types !== undefined && !types.has(event.type)) continue;
    events.push(event);
    if (events.length === limit) break;
  }
  return { events, through };
};
