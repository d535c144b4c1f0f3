import type { NatsConnection } from '@nats-io/transport-node';
import { SubscriptionClosed } from './errors.ts';

interface Waiting {
  reply: string;
  resolve: () => void;
  reject: (reason: Error) => void;
}

/**
 * Sends acknowledgements, many with one round trip, and resolves each when the server has it. What was under way when a
 * connection broke is sent again on the next one, if that leads to the same run of the server: with a server that lost
 * its data the same numbers would mean other events. Otherwise the events come again and are acknowledged then.
 */
export class Acks {
  private waiting: Waiting[] = [];
  private connection: NatsConnection | undefined;
  private serverId: string | undefined;
  private pumping = false;
  private closed = false;

  send(reply: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new SubscriptionClosed('the subscription was closed; the event comes again'));
      this.waiting.push({ reply, resolve, reject });
      void this.pump();
    });
  }

  attach(connection: NatsConnection): void {
    const { server_id: serverId } = connection.info ?? {};
    if (serverId !== this.serverId) for (const { resolve } of this.waiting.splice(0)) resolve();
    this.serverId = serverId;
    this.connection = connection;
    void this.pump();
  }

  detach(): void {
    this.connection = undefined;
  }

  /** Resolves when nothing waits, or after `ms`. */
  async settle(ms: number): Promise<void> {
    const settled = Promise.allSettled(this.waiting.map((waiting) => this.told(waiting)));
    const timer = AbortSignal.timeout(ms);
    await Promise.race([settled, new Promise((resolve) => timer.addEventListener('abort', resolve))]);
  }

  close(): void {
    this.closed = true;
    this.connection = undefined;
    const reason = new SubscriptionClosed(
      'the subscription was closed before the bus took this; the event comes again',
    );
    for (const { reject } of this.waiting.splice(0)) reject(reason);
  }

  private told(waiting: Waiting): Promise<void> {
    return new Promise((resolve) => {
      const { resolve: done, reject: failed } = waiting;
      waiting.resolve = () => {
        done();
        resolve();
      };
      waiting.reject = (reason) => {
        failed(reason);
        resolve();
      };
    });
  }

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    while (this.connection !== undefined && this.waiting.length > 0) {
      const { connection } = this;
      const batch = this.waiting.splice(0);
      try {
        for (const { reply } of batch) connection.publish(reply);
        await connection.flush();
        for (const { resolve } of batch) resolve();
      } catch {
        this.waiting.unshift(...batch);
        if (this.connection === connection) this.connection = undefined;
      }
    }
    this.pumping = false;
  }
}
