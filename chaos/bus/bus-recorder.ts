import type { CloudEvent } from '@aftertone/contracts';
import { subscribe } from '@aftertone/contracts/subscribe';

/** One time that an event came. */
export interface BusArrival {
  event: CloudEvent;
  redelivered: boolean;
}

/** A program that subscribed durably in the documented way, and keeps all it gets. */
export class BusRecorder {
  readonly arrivals: BusArrival[] = [];
  /** Events that it was told are missing. */
  readonly gaps: string[] = [];
  /** Why it ended, if it did before it was closed. */
  failure: unknown;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  private constructor(gateway: string, token: string) {
    this.#running = this.#read(gateway, token).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.failure = error;
    });
  }

  static start(gateway: string, token: string): BusRecorder {
    return new BusRecorder(gateway, token);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #read(gateway: string, token: string): Promise<void> {
    const { signal } = this.#stop;
    for await (const received of subscribe({ gateway, token, durable: 'chaos', after: 'first', signal })) {
      this.arrivals.push({ event: received.event, redelivered: received.redelivered });
      if (received.gap) this.gaps.push(JSON.stringify(received.gap));
      // An acknowledgement that is lost with its connection only makes the event come again.
      received.ack().catch(() => undefined);
    }
  }
}
