import type { SendOutcome } from './channel.ts';
import type { Share, Work } from './work-list.ts';

/** Places of a lane whose endpoints stand for themselves. */
export interface Places {
  /** For endpoints that have just taken something. */
  proven: number;
  /** For endpoints of which nothing is known: they may all hang. */
  unknown: number;
  retries: number;
  /** At once to one endpoint that is proven; to another one goes one at a time. */
  perEndpoint: number;
}

/** Waits after the first, second, … failure in a row, milliseconds; the last one goes on. */
const pausesMs = [1_000, 5_000, 15_000, 60_000, 300_000];

interface Circuit {
  inFlight: number;
  /** In a row; those that were under way side by side are one. */
  failures: number;
  proven: boolean;
  /** Nothing is sent before. */
  openUntil: number;
  lastUsed: number;
}

/**
 * What has not been sent to for so long is forgotten, longer than any pause: every look for work names the endpoints that
 * are known, so that they may only be those that are in use.
 */
const idleMs = 600_000;
/** And one that answers already after this time: nothing is lost but its further places, until it answers again. */
const provenIdleMs = 60_000;

/**
 * Keeps endpoints that hang or fail from taking the places of those that answer: what an endpoint may have under way
 * depends on how it did last, as this process has seen it.
 */
export class Circuits {
  private readonly places: Places;
  private readonly circuits = new Map<string, Circuit>();
  /** How often its endpoint had failed in a row when it began. */
  private readonly failuresBefore = new WeakMap<Work, number>();

  constructor(places: Places) {
    this.places = places;
  }

  /** What to take now. */
  shares(running: Iterable<Work>, now: Date): Share[] {
    this.forgetIdle(now.getTime());
    const used = this.usedBy(running);
    const [busy, ready, proven]: [string[], string[], string[]] = [[], [], []];
    for (const [endpoint, circuit] of this.circuits) {
      const full = circuit.inFlight >= this.atOnce(circuit);
      if (full) busy.push(endpoint);
      if (circuit.proven) proven.push(endpoint);
      if (circuit.proven && !full) ready.push(endpoint);
    }
    return [
      { limit: this.places.proven - used.proven, retry: false, only: ready, without: [] },
      { limit: this.places.unknown - used.unknown, retry: false, only: null, without: [...busy, ...proven] },
      { limit: this.places.retries - used.retries, retry: true, only: null, without: busy },
    ];
  }

  /** Whether one of the places of its kind is free. */
  hasPlace(running: Iterable<Work>, endpoint: string): boolean {
    const kind = this.kindOf(endpoint);
    return this.usedBy(running)[kind] < this.places[kind];
  }

  /** 0: it may go there now, and counts as under way until `ended`. Otherwise how long it must wait, milliseconds. */
  begin(work: Work, now: Date): number {
    const circuit = this.circuitOf(work.endpoint, now);
    const waitMs = circuit.openUntil - now.getTime();
    if (waitMs > 0) return waitMs;
    if (circuit.inFlight >= this.atOnce(circuit)) return 1;
    circuit.inFlight += 1;
    this.failuresBefore.set(work, circuit.failures);
    return 0;
  }

  /** How it went; null: nothing was sent. `openMs`: so long nothing is sent there now; `closed`: it answers again. */
  ended(work: Work, result: SendOutcome | null, now: Date): { openMs: number; closed: boolean } {
    const circuit = this.circuitOf(work.endpoint, now);
    circuit.inFlight -= 1;
    if (result === null) return { openMs: 0, closed: false };
    if (result.outcome !== 'failed' || result.endpointWell === true) {
      const closed = circuit.failures > 0;
      Object.assign(circuit, { failures: 0, proven: true, openUntil: 0 });
      return { openMs: 0, closed };
    }
    circuit.proven = false;
    // Many that fail together tell no more than one of them: a moment's outage must not cost minutes.
    if (this.failuresBefore.get(work) === circuit.failures) {
      circuit.failures += 1;
      const pauseMs = pausesMs[Math.min(circuit.failures, pausesMs.length) - 1] ?? 0;
      circuit.openUntil = now.getTime() + pauseMs;
    }
    circuit.openUntil = Math.max(circuit.openUntil, now.getTime() + (result.retryAfterMs ?? 0));
    return { openMs: Math.max(0, circuit.openUntil - now.getTime()), closed: false };
  }

  private kindOf(endpoint: string): 'proven' | 'unknown' {
    return this.circuits.get(endpoint)?.proven ? 'proven' : 'unknown';
  }

  private usedBy(running: Iterable<Work>): Record<'proven' | 'unknown' | 'retries', number> {
    const used = { proven: 0, unknown: 0, retries: 0 };
    for (const { retry, endpoint } of running) used[retry ? 'retries' : this.kindOf(endpoint)] += 1;
    return used;
  }

  private atOnce({ proven }: Circuit): number {
    return proven ? this.places.perEndpoint : 1;
  }

  private circuitOf(endpoint: string, now: Date): Circuit {
    const lastUsed = now.getTime();
    const known = this.circuits.get(endpoint);
    if (known !== undefined) return Object.assign(known, { lastUsed });
    const circuit: Circuit = { inFlight: 0, failures: 0, proven: false, openUntil: 0, lastUsed };
    this.circuits.set(endpoint, circuit);
    return circuit;
  }

  private forgetIdle(now: number): void {
    for (const [endpoint, { inFlight, proven, openUntil, lastUsed }] of this.circuits) {
      const idle = now - Math.max(lastUsed, openUntil);
      if (inFlight === 0 && idle > (proven ? provenIdleMs : idleMs)) this.circuits.delete(endpoint);
    }
  }
}
