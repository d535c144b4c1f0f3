import type { EventStore } from '../store/store.ts';
import type { RecordedEvent, RelayTarget } from '../types.ts';
import { RelayTerm } from './term.ts';
import type { Translate } from './translation.ts';

/** Reported after each page and, while the bus does not take anything, after each try. */
export interface RelayProgress {
  /** Messages published since the last report. */
  published: number;
  /** Events of the log that are still to be published. */
  lag: number;
  /** How long the oldest of them has been waiting; 0 when there is none. */
  oldestAgeMs: number;
}

export interface RelayOptions {
  store: EventStore;
  /** Of one stream: relays of this name take turns. */
  name: string;
  target: RelayTarget;
  /** Contract messages of one event. Pure; the same event always gives the same parts. */
  translate: Translate;
  /**
   * Those of a page that are for this stream, in their order; all of them, when absent. The same event always gets the
   * same answer. When it fails the page is read again: nothing is passed over.
   */
  select?(events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]>;
  /** Events of one page; default 500. */
  pageSize?: number;
  /** Age limit of the stream: after the bus was wiped, older events stay away; default 7 days. */
  maxAgeMs?: number;
  /** How often the checkpoint is written at most; default 1,000 ms. */
  checkpointMs?: number;
  /** When a call of the bus that does not answer counts as failed; default 30,000 ms. */
  busTimeoutMs?: number;
  /** At the end of the log, how often the stream is looked at: it may have been wiped; default 2,000 ms. */
  inspectMs?: number;
  /** How often a waiting relay looks whether it is its turn; default 500 ms. */
  takeOverMs?: number;
  onProgress?(progress: RelayProgress): void;
}

export interface Relay {
  /** This process is the one that publishes. */
  isLeader(): boolean;
  /** Finishes the page at hand and leaves the place to others. */
  stop(): Promise<void>;
}

/**
 * Publishes the log to the service's stream, for ever: one process at a time, in order, at least once, without a gap. A
 * bus that is down only makes it wait.
 */
export function startRelay(options: RelayOptions): Relay {
  const { store, name } = options;
  const settings = {
    ...options,
    pageSize: options.pageSize ?? 500,
    maxAgeMs: options.maxAgeMs ?? 7 * 24 * 3_600_000,
    checkpointMs: options.checkpointMs ?? 1_000,
    busTimeoutMs: options.busTimeoutMs ?? 30_000,
    inspectMs: options.inspectMs ?? 2_000,
  };
  return store.elections.run(
    { name: `relay ${name}`, takeOverMs: options.takeOverMs ?? 500 },
    async (session, signal) => (await RelayTerm.begin(settings, session, signal)).run(),
  );
}
