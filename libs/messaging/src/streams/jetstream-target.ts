import { eventHeaders, type ServiceName } from '@aftertone/contracts';
import type { StoredMsg } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Bus } from '../bus/bus.ts';
import type { Log } from '../log.ts';
import { ensureEventStream, eventStreamConfig, type StreamSettings, streamManager } from './event-stream.ts';
import { Pipeline, type Pipelined } from './pipeline.ts';
import { rewindDurables } from './rewind.ts';

/** A message for the bus; the same shape as `OutgoingMessage` of the event store. */
export interface TargetMessage {
  subject: string;
  /** `Nats-Msg-Id`. */
  id: string;
  position: number;
  part: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Where a message comes from, as it says itself. */
export type MessagePlace = Pick<TargetMessage, 'id' | 'position' | 'part'>;

/** What the stream holds. */
export interface TargetState {
  /** ISO time; another one than before means that the bus was wiped. */
  createdAt: string;
  lastSequence: number;
  last: { position: number; part: number } | null;
}

export interface JetStreamTargetOptions extends StreamSettings {
  bus: Bus;
  cell: string;
  service: ServiceName;
  /** Messages that wait for their acknowledgement at the same time. */
  window?: number;
  log?: Log;
}

/** JetStream's own headers. */
const messageId = 'Nats-Msg-Id';
const expectedLast = 'Nats-Expected-Last-Sequence';
const expectedLastId = 'Nats-Expected-Last-Msg-Id';

const pipelined = (message: TargetMessage, body: Uint8Array): Pipelined => ({
  id: message.id,
  subject: message.subject,
  body,
  headersBehind: (expected, previousId): MsgHdrs => {
    const fields = headers();
    for (const name in message.headers) fields.append(name, message.headers[name] as string);
    fields.append(eventHeaders.position, String(message.position));
    fields.append(eventHeaders.part, String(message.part));
    fields.append(messageId, message.id);
    fields.append(expectedLast, String(expected));
    if (previousId !== undefined) fields.append(expectedLastId, previousId);
    return fields;
  },
});

/** Copies of an event for its audiences follow it, with its body: that becomes bytes once. */
const allPipelined = (messages: readonly TargetMessage[]): Pipelined[] => {
  let before: { text: string; bytes: Uint8Array } | undefined;
  return messages.map((message) => {
    if (before?.text !== message.body) before = { text: message.body, bytes: Buffer.from(message.body) };
    return pipelined(message, before.bytes);
  });
};

const placeOf = (message: StoredMsg | null): MessagePlace | null => {
  const position = Number(message?.header.get(eventHeaders.position) || Number.NaN);
  const part = Number(message?.header.get(eventHeaders.part) || Number.NaN);
  const id = message?.header.get(messageId) ?? '';
  return Number.isSafeInteger(position) && Number.isSafeInteger(part) ? { id, position, part } : null;
};

/** How far back the newest message of ours is looked for, behind such as others wrote and such as a purge took away. */
const lookBack = 100;

/** The JetStream stream of a service as the event store's relay sees it (`RelayTarget`). */
export class JetStreamTarget {
  private readonly options: JetStreamTargetOptions;
  private pipeline: Pipeline | null = null;
  /** Number of the last message that the stream had; null while nobody knows what has become of the stream. */
  private lastSequence: number | null = null;

  constructor(options: JetStreamTargetOptions) {
    this.options = options;
    options.bus.onDown(() => {
      this.lastSequence = null;
      this.pipeline?.fail(new Error('the connection to the message bus was lost'));
    });
  }

  /**
   * Makes the stream when it is missing. Durables that are ahead of it, since it lost its end, are moved back. Throws
   * `bus-unavailable` while the bus is down.
   *
   * @param isOurs tells the relay's messages from what others with rights on the stream have written; all, when missing
   */
  async inspect(isOurs: (place: MessagePlace) => Promise<boolean> = async () => true): Promise<TargetState> {
    const { bus, cell, service } = this.options;
    const manager = await streamManager(bus.connection());
    const config = eventStreamConfig(cell, service, this.options);
    const { created, state } = await ensureEventStream(manager, config);
    if (this.lastSequence === null || state.last_seq < this.lastSequence) {
      const moved = state.consumer_count === 0 ? [] : await rewindDurables(manager, config.name, state.last_seq);
      if (moved.length > 0) this.options.log?.warn({ stream: config.name, moved }, 'the stream has lost its end');
    }
    this.lastSequence = state.last_seq;
    const oldest =
      state.messages > 0 ? Math.max(state.first_seq, state.last_seq - lookBack + 1) : Number.POSITIVE_INFINITY;
    let last: TargetState['last'] = null;
    for (let seq = state.last_seq; last === null && seq >= oldest; seq -= 1) {
      const place = placeOf(await manager.streams.getMessage(config.name, { seq }));
      if (place !== null && (await isOurs(place))) last = { position: place.position, part: place.part };
    }
    return { createdAt: new Date(created).toISOString(), lastSequence: state.last_seq, last };
  }

  /**
   * Publishes in order, pipelined; each message expects the sequence of the one before it, so a relay that was replaced
   * is refused. Resolves with the last sequence when all are stored; rejects otherwise, and some may be stored then.
   */
  async publish(messages: readonly TargetMessage[], lastSequence: number): Promise<number> {
    const pipeline = this.openPipeline();
    let sequence = lastSequence;
    for (let rest = allPipelined(messages); rest.length > 0; ) {
      const stored = await pipeline.send(rest, sequence);
      sequence = stored.lastSequence;
      this.lastSequence = sequence;
      rest = rest.slice(stored.count);
    }
    return sequence;
  }

  private openPipeline(): Pipeline {
    const { bus, window = 1_024 } = this.options;
    const connection = bus.connection();
    if (this.pipeline?.connection !== connection) {
      this.pipeline?.close();
      this.pipeline = new Pipeline(connection, bus.inboxPrefix, window);
    }
    return this.pipeline;
  }
}

export const jetStreamTarget = (options: JetStreamTargetOptions): JetStreamTarget => new JetStreamTarget(options);
