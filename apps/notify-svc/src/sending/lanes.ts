import type { EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import { AtHand } from '../deliveries/at-hand.ts';
import type { Lane } from '../deliveries/chain.ts';
import type { Departing, Outlet, PlanAndStart } from '../deliveries/outlet.ts';
import { type Admission, byCount, byEndpoint } from './admission.ts';
import { type AttemptParts, Attempts } from './attempt.ts';
import { Circuits, type Places } from './circuits.ts';
import { Dispatcher } from './dispatcher.ts';
import { WorkList } from './work-list.ts';

export interface LanesParts extends Pick<AttemptParts, 'channels' | 'together' | 'schedule' | 'timeoutMs'> {
  store: EventStore;
  clock: Clock;
  logger: Logger;
  leaseMs: number;
  stepWaitMs: number;
  pollMs: number;
  /** E-mails at once: first attempts, and as many further ones. */
  mailsAtOnce: number;
  http: Places;
}

/** An attempt may miss two renewals before its lease is over. */
const renewalsPerLease = 3;
const recordEveryMs = 1_000;
/** Telling the bus is an append. */
const lampsAtOnce = 16;

/** The places where due deliveries are sent from, each with its own work. */
export class Lanes implements Outlet {
  readonly atHand = new AtHand();
  private readonly dispatchers: readonly Dispatcher[];

  constructor(parts: LanesParts) {
    const { mailsAtOnce, http } = parts;
    const count = (atOnce: number) => () => byCount({ first: atOnce, further: atOnce });
    this.dispatchers = [
      this.dispatcher('mail', parts, count(mailsAtOnce)),
      this.dispatcher('http', parts, (workList) => byEndpoint(new Circuits(http), workList)),
      this.dispatcher('bus', parts, count(lampsAtOnce)),
    ];
  }

  start(): void {
    for (const dispatcher of this.dispatchers) dispatcher.start();
  }

  /** Something may have become due. */
  wake(): void {
    for (const dispatcher of this.dispatchers) dispatcher.wake();
  }

  queued(departing: readonly Departing[]): void {
    for (const [lane, waiting] of Map.groupBy(departing, (one) => one.lane)) {
      this.of(lane)?.queued(waiting.map(({ endpoint }) => endpoint));
    }
  }

  begin({ lane, ...departing }: Departing, plan: PlanAndStart): Promise<void> | null {
    return this.of(lane)?.begin(departing, plan) ?? null;
  }

  /** Takes nothing more; attempts that take longer than `graceMs` are abandoned. */
  async stop(graceMs: number): Promise<void> {
    await Promise.all(this.dispatchers.map((dispatcher) => dispatcher.stop(graceMs)));
  }

  private of(lane: Lane): Dispatcher | undefined {
    return this.dispatchers.find((dispatcher) => dispatcher.lane === lane);
  }

  private dispatcher(lane: Lane, parts: LanesParts, admissionOf: (workList: WorkList) => Admission): Dispatcher {
    const { store, clock, logger, leaseMs, stepWaitMs, pollMs } = parts;
    const workList = new WorkList({ pool: store.pool, lane, leaseMs, stepWaitMs });
    const renewEveryMs = Math.floor(leaseMs / renewalsPerLease);
    const attempts = new Attempts({ ...parts, atHand: this.atHand, workList, renewEveryMs, recordEveryMs });
    const admission = admissionOf(workList);
    const onFirstEnded = (): void => this.wakeOthers(lane);
    return new Dispatcher({ lane, workList, attempts, admission, clock, logger, pollMs, onFirstEnded });
  }

  /** The next step of a chain may be in another lane. */
  private wakeOthers(lane: Lane): void {
    for (const dispatcher of this.dispatchers) if (dispatcher.lane !== lane) dispatcher.wake();
  }
}
