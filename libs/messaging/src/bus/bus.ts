import type { NatsConnection } from '@nats-io/transport-node';

/** Hears of every connection that came up: a new one, or the old one again after an interruption. */
export type UpListener = (connection: NatsConnection) => void;

/** One service's access to NATS: connects in the background for ever, and is simply not up while it cannot. */
export interface Bus {
  /** Whether there is a working connection now. */
  readonly isUp: boolean;
  /** Version of the server as it names it, for example `2.9.10`; undefined before the first connection. */
  readonly serverVersion: string | undefined;
  /** Below it this service may be answered. */
  readonly inboxPrefix: string;
  /** The working connection. Throws `bus-unavailable` (unavailable) while there is none. */
  connection(): NatsConnection;
  /** Waits for a working connection; rejects when `signal` aborts or the bus is closed. */
  whenUp(signal?: AbortSignal): Promise<NatsConnection>;
  /** Calls `listener` now when it is up, and each time it comes up. Gives back how to stop that. */
  onUp(listener: UpListener): () => void;
  /** Calls `listener` each time the connection is lost or closed. Gives back how to stop that. */
  onDown(listener: () => void): () => void;
  /**
   * For features that need a newer server than 2.9, which older ones ignore without a word: waits for a connection and
   * throws `server-too-old` (rejected).
   */
  requireServer(version: string): Promise<void>;
  /** Sends what is written, lets handlers finish, ends. Never rejects. */
  close(): Promise<void>;
}
