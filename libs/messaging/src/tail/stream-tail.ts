import { setTimeout as delay } from 'node:timers/promises';
import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  type JetStreamManager,
  type JsMsg,
  jetstream,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import type { Bus } from '../bus/bus.ts';
import { type IncomingEvent, readEvent } from '../consumer/incoming-event.ts';
import { deliveredRaw } from '../consumer/intake.ts';
import type { Log } from '../log.ts';
import { isNotFound, streamManager } from '../streams/event-stream.ts';
import { type Place, placeAfter, type StreamFacts, startOf, wasSeen } from './place.ts';

export interface StreamTailOptions {
  bus: Bus;
  stream: string;
  /** What is wanted of the stream; everything, when undefined. */
  filter: string | undefined;
  onEvent: (event: IncomingEvent) => void;
  onGap: () => void;
  log: Log | undefined;
}

const reattachMs = 250;
const fetchSize = 500;
const fetchExpiresMs = 5_000;

/** Follows one stream through a nameless consumer that the server forgets soon after we are gone. */
export class StreamTail {
  isLive = false;
  private readonly options: StreamTailOptions;
  private readonly end = new AbortController();
  private readonly running: Promise<void>;
  private place: Place | undefined;
  private streamWasMissing = false;

  constructor(options: StreamTailOptions) {
    this.options = options;
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.end.abort(new Error('the tail was closed'));
    await this.running;
  }

  private async run(): Promise<void> {
    const { bus, log, stream } = this.options;
    const { signal } = this.end;
    let complained = false;
    while (!signal.aborted) {
      try {
        await this.attend(await bus.whenUp(signal));
        complained = false;
      } catch (error) {
        if (signal.aborted) return;
        if (!complained) log?.info({ err: error, stream }, 'no live events for now; trying again');
        complained = true;
      }
      await delay(reattachMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Until the connection is lost, the consumer has vanished or a message is missing. */
  private async attend(connection: NatsConnection): Promise<void> {
    const { bus, stream, onGap } = this.options;
    const over = new AbortController();
    const stopListening = bus.onDown(() => over.abort());
    try {
      const manager = await streamManager(connection);
      const start = startOf(await this.factsOf(manager), this.place, this.streamWasMissing);
      const consumer = await this.addConsumer(manager, start.sequence);
      this.place = start.place;
      this.isLive = true;
      if (start.gap) onGap();
      await this.follow(connection, consumer, AbortSignal.any([this.end.signal, over.signal]));
      if (this.end.signal.aborted) await manager.consumers.delete(stream, consumer.name).catch(() => false);
    } finally {
      this.isLive = false;
      stopListening();
    }
  }

  private async factsOf(manager: JetStreamManager): Promise<StreamFacts> {
    try {
      const { created, state } = await manager.streams.info(this.options.stream);
      return { createdAt: created, firstSequence: state.first_seq, lastSequence: state.last_seq };
    } catch (error) {
      // What appears in it later begins with its first event.
      if (isNotFound(error)) this.streamWasMissing = true;
      throw error;
    }
  }

  private addConsumer(manager: JetStreamManager, sequence: number): Promise<ConsumerInfo> {
    const { filter } = this.options;
    return manager.consumers.add(this.options.stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: sequence,
      ...(filter === undefined ? {} : { filter_subject: filter }),
      inactive_threshold: nanos(30_000),
      mem_storage: true,
      num_replicas: 1,
    });
  }

  private async follow(connection: NatsConnection, info: ConsumerInfo, signal: AbortSignal): Promise<void> {
    const consumer = jetstream(connection).consumers.getConsumerFromInfo(info);
    let delivered = 0;
    while (!signal.aborted) {
      const messages = await consumer.fetch({ max_messages: fetchSize, expires: fetchExpiresMs });
      const stop = (): void => messages.stop();
      signal.addEventListener('abort', stop, { once: true });
      try {
        for await (const message of messages) {
          if (signal.aborted) return;
          delivered += 1;
          // Nothing is acknowledged here, so a message that was lost on its way does not come by itself.
          if (message.info.deliverySequence !== delivered) throw new Error('a message was lost on its way');
          this.take(message);
        }
      } finally {
        signal.removeEventListener('abort', stop);
      }
    }
  }

  private take(message: JsMsg): void {
    let event: IncomingEvent;
    try {
      event = readEvent(deliveredRaw(message));
    } catch (error) {
      this.options.log?.warn({ err: error, subject: message.subject }, 'an event that nobody can read was left out');
      return;
    }
    if (this.place === undefined) return;
    const seen = wasSeen(this.place, event);
    this.place = placeAfter(this.place, event);
    if (!seen) this.options.onEvent(event);
  }
}
