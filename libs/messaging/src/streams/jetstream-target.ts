import { eventHeaders, type ServiceName } from '@aftertone/contracts';
import { JetStreamApiCodes, JetStreamApiError, jetstream, type PubAck, type StoredMsg } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Bus } from '../bus/bus.ts';
import { ensureEventStream, eventStreamConfig, type StreamSettings, streamManager } from './event-stream.ts';

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
}

const headersOf = (message: TargetMessage): MsgHdrs => {
  const fields = headers();
  for (const [name, value] of Object.entries(message.headers)) fields.set(name, value);
  fields.set(eventHeaders.position, String(message.position));
  fields.set(eventHeaders.part, String(message.part));
  return fields;
};

const placeOf = (message: StoredMsg | null): TargetState['last'] => {
  const position = Number(message?.header.get(eventHeaders.position) || Number.NaN);
  const part = Number(message?.header.get(eventHeaders.part) || Number.NaN);
  return Number.isSafeInteger(position) && Number.isSafeInteger(part) ? { position, part } : null;
};

const isRefused = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamWrongLastSequence;

/** The JetStream stream of a service as the event store's relay sees it (`RelayTarget`). */
export class JetStreamTarget {
  private readonly options: JetStreamTargetOptions;

  constructor(options: JetStreamTargetOptions) {
    this.options = options;
  }

  /** Makes the stream when it is missing. Throws `bus-unavailable` while the bus is down. */
  async inspect(): Promise<TargetState> {
    const { bus, cell, service } = this.options;
    const manager = await streamManager(bus.connection());
    const config = eventStreamConfig(cell, service, this.options);
    const { created, state } = await ensureEventStream(manager, config);
    const last = state.messages > 0 ? await manager.streams.getMessage(config.name, { seq: state.last_seq }) : null;
    return { createdAt: new Date(created).toISOString(), lastSequence: state.last_seq, last: placeOf(last) };
  }

  /**
   * Publishes in order, pipelined; each message expects the sequence of the one before it, so a relay that was replaced
   * is refused. Resolves with the last sequence when all are stored; rejects otherwise, and some may be stored then.
   */
  async publish(messages: readonly TargetMessage[], lastSequence: number): Promise<number> {
    const window = this.options.window ?? 256;
    let sequence = lastSequence;
    for (let rest = messages; rest.length > 0; ) {
      const stored = await this.publishWindow(rest.slice(0, window), sequence);
      sequence = stored.lastSequence;
      rest = rest.slice(stored.count);
    }
    return sequence;
  }

  /** At least one of `messages`, in order; stops early behind one that the stream already held. */
  private async publishWindow(
    messages: readonly TargetMessage[],
    lastSequence: number,
  ): Promise<{ count: number; lastSequence: number }> {
    const client = jetstream(this.options.bus.connection());
    const sent = messages.map((message, n) =>
      client.publish(message.subject, message.body, {
        msgID: message.id,
        headers: headersOf(message),
        expect: { lastSequence: lastSequence + n },
      }),
    );
    const results = await Promise.allSettled(sent);
    let sequence = lastSequence;
    let repeated = false;
    for (const [n, result] of results.entries()) {
      if (result.status === 'rejected') {
        // A repeated message takes no sequence number, so the expectations behind it are one too high.
        if (repeated && isRefused(result.reason)) return { count: n, lastSequence: sequence };
        throw result.reason;
      }
      const ack: PubAck = result.value;
      if (ack.duplicate) repeated = true;
      else sequence = ack.seq;
    }
    return { count: messages.length, lastSequence: sequence };
  }
}

export const jetStreamTarget = (options: JetStreamTargetOptions): JetStreamTarget => new JetStreamTarget(options);
