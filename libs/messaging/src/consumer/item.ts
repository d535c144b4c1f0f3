import type { NewDeadLetter } from '../dead-letters/dead-letters.ts';
import type { IncomingEvent } from './incoming-event.ts';

/** How the bus, or who asked for a replay, hears what became of an event. */
export interface Delivery {
  /** It was handled. */
  done(): void | Promise<void>;
  /** It is a dead letter now. */
  gaveUp(): void;
  /** It is still being worked on, or waits here. */
  working(): void;
}

/** One event that waits in its lane or is being handled. */
export interface Item {
  /** The same for every delivery of the same event. */
  key: string;
  lane: string;
  content: { event: IncomingEvent } | { unreadable: unknown };
  /** What is kept when it is given up. */
  reference: Omit<NewDeadLetter, 'reason' | 'attempts'>;
  delivery: Delivery;
  /** How often it failed by itself. */
  failures: number;
  /** How often nothing worked. */
  waits: number;
}
