import { setTimeout as delay } from 'node:timers/promises';
import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';

/** One time that a stream delivered a message. */
export interface Delivered {
  stream: string;
  /** Counts the lives of the stream: another one begins when the server has forgotten what it had delivered. */
  life: number;
  /** In the stream; with `life` it names one publication. */
  sequence: number;
  subject: string;
  /** Of the event; undefined where the message is none. */
  id: string | undefined;
  version: number;
  messageId: string | undefined;
  /** From 1: how often this publication has been delivered. */
  deliveries: number;
  /** When it was published, milliseconds since 1970 by the server. */
  at: number;
}

const DURABLE = 'chaos-raw';
const AGAIN_MS = 200;
const LOOK_EVERY_MS = 500;
/** What goes out to a question that has just ended comes again after so long. */
const ACK_WAIT_MS = 1_000;

/**
 * A durable consumer of each stream that keeps everything as the server has it, where a subscriber is spared what came
 * before.
 */
export class RawRecorder {
  readonly delivered: Delivered[] = [];
  readonly #connection: NatsConnection;
  readonly #running: Promise<unknown>;
  readonly #open = new Set<ConsumerMessages>();
  #isClosed = false;

  private constructor(connection: NatsConnection, streams: readonly string[]) {
    this.#connection = connection;
    this.#running = Promise.all(streams.map((stream) => this.#record(stream)));
  }

  /** @param connection one that reconnects for ever; it is closed with the recorder */
  static start(connection: NatsConnection, streams: readonly string[]): RawRecorder {
    return new RawRecorder(connection, streams);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const messages of this.#open) messages.stop();
    await this.#connection.close();
    await this.#running;
  }

  async #record(stream: string): Promise<void> {
    const life = { number: 0, createdAt: '', last: 0 };
    while (!this.#isClosed) {
      try {
        const isNew = await this.#prepare(stream, life);
        if (isNew) life.number += 1;
        await this.#read(stream, life);
      } catch {
        // The server is away, or has lost the stream: both end.
        await delay(AGAIN_MS);
      }
    }
  }

  /** Has the consumer there, from the beginning of the stream if that is not what it was. Whether it is not. */
  async #prepare(stream: string, life: { createdAt: string; last: number }): Promise<boolean> {
    const manager = await jetstreamManager(this.#connection);
    const { created, state } = await manager.streams.info(stream);
    const isNew = created !== life.createdAt || state.last_seq < life.last;
    if (isNew) {
      await manager.consumers.delete(stream, DURABLE).catch(() => undefined);
      Object.assign(life, { createdAt: created, last: 0 });
    }
    await manager.consumers.add(stream, {
      durable_name: DURABLE,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      deliver_policy: DeliverPolicy.All,
    });
    return isNew;
  }

  /** Resolves when the stream is not the one any more that it was, or the server was away. */
  async #read(stream: string, life: { number: number; createdAt: string; last: number }): Promise<void> {
    const consumer = await jetstream(this.#connection).consumers.get(stream, DURABLE);
    const messages = await consumer.consume();
    this.#open.add(messages);
    const watch = setInterval(() => void this.#look(stream, life, messages), LOOK_EVERY_MS);
    try {
      for await (const message of messages) {
        this.delivered.push(deliveredOf(stream, life.number, message));
        life.last = Math.max(life.last, message.seq);
        message.ack();
      }
    } finally {
      clearInterval(watch);
      this.#open.delete(messages);
      messages.stop();
    }
  }

  /** A stream that was cut goes on under the consumer, which waits for numbers that come only later. */
  async #look(stream: string, life: { createdAt: string; last: number }, messages: ConsumerMessages): Promise<void> {
    try {
      const manager = await jetstreamManager(this.#connection);
      const { created, state } = await manager.streams.info(stream);
      await manager.consumers.info(stream, DURABLE);
      if (created !== life.createdAt || state.last_seq < life.last) messages.stop();
    } catch {
      messages.stop();
    }
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function deliveredOf(stream: string, life: number, message: JsMsg): Delivered {
  const { seq: sequence, subject, info } = message;
  const { id, streamversion, data } = eventOf(message);
  return {
    stream,
    life,
    sequence,
    subject,
    id: textOf(id),
    version: Number(streamversion ?? 0),
    messageId: textOf((data as { messageId?: unknown } | undefined)?.messageId),
    deliveries: info.deliveryCount,
    at: info.timestampNanos / 1e6,
  };
}

const eventOf = (message: JsMsg): Record<string, unknown> => {
  try {
    return message.json<Record<string, unknown>>();
  } catch {
    return {};
  }
};
