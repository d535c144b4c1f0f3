import { setTimeout as delay } from 'node:timers/promises';
import { eventStreamName, type ServiceName, serviceSubjects } from '@aftertone/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Bus } from '../bus/bus.ts';
import { type DeadLetter, keepDeadLetter } from '../dead-letters/dead-letters.ts';
import type { Log } from '../log.ts';
import { streamManager } from '../streams/event-stream.ts';
import { ensureDurable } from './durable.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { Lanes } from './lanes.ts';
import { lead, type Term } from './leadership.ts';
import { keepAlive, takeEvents, takeReplays } from './session.ts';
import { workOnItems } from './work.ts';

export interface ConsumerOptions {
  bus: Bus;
  /** The service's own database: who works, and dead letters, are kept there (`messagingMigrations`). */
  databaseUrl: string;
  cell: string;
  /** Owner and purpose: `notify-mailboxes`. */
  durable: string;
  /** Whose events. */
  source: ServiceName;
  /** One subject pattern; the canonical subjects of the source unless given. */
  filter?: string;
  /** Events of one lane are handled in their order and wait for each other; by what the path names unless given. */
  lane?: (event: IncomingEvent) => string;
  /**
   * Applies up to `batchSize` events, in their order. It may see an event again or late, and must then change nothing
   * (inbox). `DomainError`s of kind `invalid` make a dead letter at once, those of kind `unavailable` are tried again
   * for as long as it takes, anything else five times.
   */
  handle: (events: readonly IncomingEvent[]) => Promise<void>;
  onDeadLetter?: (letter: DeadLetter) => void;
  log?: Log;
  batchSize?: number;
  /** How long more events may join those that have arrived, milliseconds; 0 unless given. */
  gatherMs?: number;
  /** How many groups of lanes are worked on at the same time. */
  concurrency?: number;
  maxFailures?: number;
  /** Before the n-th repetition, from 1; milliseconds. Doubling from half a second up to a minute unless given. */
  retryDelayMs?: (n: number) => number;
  ackWaitMs?: number;
  maxPending?: number;
  /** How often replays are looked for. */
  replayEveryMs?: number;
}

export interface RunningConsumer {
  /** Whether this process works now; another one may. */
  readonly isWorking: boolean;
  /** Takes no more events, finishes those being handled, and lets another process take over. */
  close(): Promise<void>;
}

const reattachMs = 500;
const doubling = (n: number): number => Math.min(500 * 2 ** (n - 1), 60_000);

class Consumer implements RunningConsumer {
  isWorking = false;
  private readonly options: ConsumerOptions;
  private readonly end = new AbortController();
  private readonly running: Promise<void>;

  constructor(options: ConsumerOptions) {
    this.options = options;
    const { databaseUrl, durable: name, log } = options;
    this.running = lead({ databaseUrl, name, log }, this.end.signal, (term) => this.serve(term));
  }

  async close(): Promise<void> {
    this.end.abort(new Error('the consumer was closed'));
    await this.running;
  }

  private async serve(term: Term): Promise<void> {
    let complained = false;
    while (!term.signal.aborted) {
      try {
        const connection = await this.options.bus.whenUp(term.signal);
        await this.attend(connection, term);
        complained = false;
      } catch (error) {
        if (term.signal.aborted) return;
        const { log, durable } = this.options;
        if (!complained) log?.warn({ err: error, consumer: durable }, 'no events for now; trying again');
        complained = true;
        await delay(reattachMs, undefined, { signal: term.signal }).catch(() => {});
      }
    }
  }

  /** One attachment to the durable, until the connection, the durable or the leadership is gone. */
  private async attend(connection: NatsConnection, { db, signal: term }: Term): Promise<void> {
    const { bus, cell, source, durable: name, lane, replayEveryMs = 2_000, ackWaitMs = 30_000 } = this.options;
    const stream = eventStreamName(cell, source);
    const manager = await streamManager(connection);
    const { filter = serviceSubjects[source][0], maxPending = 1_000 } = this.options;
    const durable = await ensureDurable(manager, { stream, name, filter, ackWaitMs, maxPending });

    const over = new AbortController();
    const stopListening = bus.onDown(() => over.abort());
    const signal = AbortSignal.any([term, over.signal]);
    const lanes = this.openLanes(db);
    signal.addEventListener('abort', () => void lanes.stop(), { once: true });
    // An answer that leaves after the bus was lost could meet the same number of a stream that was made anew.
    const mayAnswer = (): boolean => !over.signal.aborted;
    const session = { mayAnswer, consumer: name, stream, lane, connection, manager, lanes, signal };
    this.isWorking = true;
    try {
      const endAll = (error: unknown): never => {
        over.abort();
        throw error;
      };
      await Promise.all([
        takeEvents(durable, session).catch(endAll),
        takeReplays(db, { ...session, everyMs: replayEveryMs }).catch(endAll),
        keepAlive(lanes, ackWaitMs / 3, signal),
      ]);
    } finally {
      await lanes.stop();
      over.abort();
      stopListening();
      this.isWorking = false;
    }
  }

  private openLanes(db: Term['db']): Lanes {
    const { durable: consumer, handle, log, onDeadLetter, maxFailures = 5, retryDelayMs = doubling } = this.options;
    const keep = async (letter: Parameters<typeof keepDeadLetter>[1]): Promise<void> => {
      const kept = await keepDeadLetter(db, letter);
      onDeadLetter?.(kept);
    };
    const work = workOnItems({ consumer, handle, keepDeadLetter: keep, maxFailures, retryDelayMs, log });
    const { concurrency: groups = 4, batchSize = 200, gatherMs = 0 } = this.options;
    return new Lanes({ groups, batchSize, gatherMs, work });
  }
}

/** Begins to consume in the background, in whichever process is first; returns at once. */
export const startConsumer = (options: ConsumerOptions): RunningConsumer => new Consumer(options);
