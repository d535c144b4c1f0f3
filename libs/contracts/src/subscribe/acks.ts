import type { NatsConnection } from '@nats-io/transport-node';
import { deadline } from './deadline.ts';
import { SubscriptionClosed } from './errors.ts';
import { flushed } from './flushed.ts';

/** An empty answer acknowledges; the other one asks for the event again at once. */
export type Answer = '' | '-NAK';

interface Waiting {
  reply: string;
  answer: Answer;
  /** The run of the server that delivered the event. */
  serverId: string | undefined;
  sent: Promise<void>;
  resolve: () => void;
  reject: (reason: Error) => void;
}

const closedError = () => new SubscriptionClosed('the subscription was closed; the event comes again');

/**
 * Sends acknowledgements, many with one round trip, and resolves each when the server has it. What was under way when a
 * connection broke is sent again on the next one, if that leads to the same run of the server: with a server that lost
 * its data the same numbers would mean other events. Otherwise the events come again and are acknowledged then.
 */
export class Acks {
  private readonly queue: Waiting[] = [];
  private readonly unsettled = new Set<Waiting>();
  private connection: NatsConnection | undefined;
  private serverId: string | undefined;
  private closed = false;
  private pumping = false;

  send(reply: string, answer: Answer = ''): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { reply, answer, serverId: this.serverId, sent: promise, resolve, reject };
    if (this.closed) reject(closedError());
    else {
      this.unsettled.add(waiting);
      this.queue.push(waiting);
      void this.pump();
    }
    return promise;
  }

  attach(connection: NatsConnection): void {
    this.serverId = connection.info?.server_id;
    this.connection = connection;
    void this.pump();
  }

  detach(): void {
    this.connection = undefined;
  }

  /** Resolves when nothing waits, or after `ms`. */
  async settle(ms: number): Promise<void> {
    await Promise.race([Promise.allSettled(Array.from(this.unsettled, ({ sent }) => sent)), deadline(ms)]);
  }

  /** Refuses what waits, and what comes. */
  close(): void {
    this.closed = true;
    this.connection = undefined;
    for (const { reject } of this.unsettled) reject(closedError());
    this.unsettled.clear();
  }

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    while (this.connection !== undefined && this.queue.length > 0) await this.sendQueue(this.connection);
    this.pumping = false;
  }

  private async sendQueue(connection: NatsConnection): Promise<void> {
    const batch = this.queue.splice(0);
    try {
      for (const { reply, answer, serverId } of batch)
        if (serverId === connection.info?.server_id) connection.publish(reply, answer);
      await flushed(connection);
      for (const waiting of batch) {
        this.unsettled.delete(waiting);
        waiting.resolve();
      }
    } catch {
      this.queue.unshift(...batch);
      if (this.connection === connection) this.connection = undefined;
    }
  }
}
