import { eventHeaders, eventStreamName, type ServiceName } from '@aftertone/contracts';
import type { JetStreamManager, NextMsgRequest, SeqMsgRequest, StreamInfo } from '@nats-io/jetstream';
import type { Bus } from '../bus/bus.ts';
import { isNotFound, streamManager } from './event-stream.ts';

/** A message as a stream holds it. */
export interface HeldMessage {
  sequence: number;
  subject: string;
}

interface Found extends HeldMessage {
  position: number;
}

/**
 * Where log positions are in what a service's stream holds now. Positions ascend with sequence numbers; a position may
 * have several messages, or none.
 */
export class StreamPositions {
  readonly stream: string;
  /** Sequence number of the last message that the stream ever took; 0 for none. */
  readonly lastSequence: number;
  private readonly manager: JetStreamManager;
  private readonly state: StreamInfo['state'];
  private readonly found = new Map<number, Promise<Found | null>>();

  private constructor(manager: JetStreamManager, { config, state }: StreamInfo) {
    this.manager = manager;
    this.stream = config.name;
    this.lastSequence = state.last_seq;
    this.state = state;
  }

  /** Null when there is no such stream (yet). Throws `bus-unavailable`. */
  static async of(bus: Bus, cell: string, service: ServiceName): Promise<StreamPositions | null> {
    const manager = await streamManager(bus.connection());
    try {
      return new StreamPositions(manager, await manager.streams.info(eventStreamName(cell, service)));
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  /** Position of the last message; null when the stream is empty. */
  async last(): Promise<number | null> {
    return this.state.messages === 0 ? null : this.at(this.lastSequence);
  }

  /** Position of the message with this sequence number or, where that is gone, of the next one; null behind the last. */
  async at(sequence: number): Promise<number | null> {
    return (await this.next(sequence))?.position ?? null;
  }

  /** The lowest sequence number from which on no message has a lower position: behind the last when all have. */
  async firstAt(position: number): Promise<number> {
    const { messages, first_seq: first } = this.state;
    let high = this.lastSequence + 1;
    let low = messages === 0 ? high : first;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = await this.next(middle);
      if (found !== null && found.position < position) low = found.sequence + 1;
      else high = middle;
    }
    return low;
  }

  /** Every message of one position, in order. */
  async messagesAt(position: number): Promise<HeldMessage[]> {
    const messages: HeldMessage[] = [];
    for (let from = await this.firstAt(position); ; ) {
      const found = await this.next(from);
      if (found === null || found.position !== position) return messages;
      messages.push({ sequence: found.sequence, subject: found.subject });
      from = found.sequence + 1;
    }
  }

  /** What is asked again is remembered: it does not change but by being removed. */
  private next(sequence: number): Promise<Found | null> {
    const known = this.found.get(sequence) ?? this.ask(sequence);
    this.found.set(sequence, known);
    return known;
  }

  private async ask(sequence: number): Promise<Found | null> {
    if (sequence > this.lastSequence) return null;
    const query: SeqMsgRequest & NextMsgRequest = { seq: sequence, next_by_subj: '>' };
    const message = await this.manager.streams.getMessage(this.stream, query);
    if (message === null) return null;
    const position = Number(message.header.get(eventHeaders.position));
    return { sequence: message.seq, position, subject: message.subject };
  }
}
