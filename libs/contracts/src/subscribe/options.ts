import type { ContractEvent, UnknownEvent } from '../read-event.ts';

export interface SubscribeOptions {
  /** Where the gateway is, for example `https://voicemail.example.org`. */
  gateway: string;
  /** An Aftertone token, or where to get one: asked at the start, on every reconnection and when one is refused. */
  token: string | (() => string | Promise<string>);
  /** Event types; absent: every event that the token may see. */
  types?: readonly string[];
  /** Where to begin: `now` (the default), `first`, or a cursor. A durable subscription that exists goes on where it was. */
  after?: string;
  /** Name under which the progress is kept, of one reader at a time. Absent: it ends with this iterator. */
  durable?: string;
  /** Ends the iteration when it aborts. */
  signal?: AbortSignal;
  /** Events handed out and not yet acknowledged; at so many the iterator waits. 64 when absent. */
  maxInFlight?: number;
  /** Addresses of the NATS servers where the gateway names others than can be reached from here. */
  servers?: readonly string[];
  /** Told what went wrong and is tried again; nothing need be done. */
  onProblem?: (problem: Error) => void;
}

/** Events of a mailbox that have not come: `expected` up to, not including, `got`. */
export interface Gap {
  mailboxId: string;
  expected: number;
  got: number;
}

interface Handling {
  /** Cursor behind this event; only on events read from history. */
  cursor?: string;
  /** It has been handed out before, perhaps to an earlier process, and was not acknowledged. */
  redelivered: boolean;
  /** Set when events are missing: read the mailbox again. Never set with `types`, which hides events. */
  gap?: Gap;
  /**
   * Says that the event has been dealt with. Resolves when the bus has taken that; rejects once the subscription is closed.
   * What is not acknowledged within 30 seconds comes again.
   */
  ack(): Promise<void>;
}

/** An event with what a subscriber does with it: `type` narrows `data`. */
export type ReceivedEvent = (ContractEvent | UnknownEvent) & Handling;
