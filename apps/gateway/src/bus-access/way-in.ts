import type { EventStore } from '@aftertone/event-store';
import type { Stoppable } from '../background/repeatedly.ts';
import type { BusLogin } from './logins.ts';

/** One way to let other software onto the bus. */
export interface WayIn {
  /** Resolves as soon as the log-in works. Throws while this way is closed. */
  admit(login: BusLogin, tokenText: string): Promise<void>;
  /** Begins to let in and to put out. */
  start(store: EventStore): Stoppable[];
  /** Closes what it connected to. */
  close(): Promise<void>;
}
