import { eventHeaders } from '@aftertone/contracts';
import type { JetStreamManager, NextMsgRequest, SeqMsgRequest } from '@nats-io/jetstream';

/** A stretch of a stream. */
export interface StreamRange {
  first: number;
  last: number;
}

interface Found {
  sequence: number;
  position: number;
  subject: string;
}

/** On canonical subjects and on those of copies the topic comes before the verb. Counts tell nothing of the caller. */
const isAboutMessage = (subject: string): boolean => subject.split('.').at(-2) === 'messages';

/** Finds the messages of log positions in the service's stream, where positions ascend with sequence numbers. */
export class HeldMessages {
  private readonly manager: JetStreamManager;
  private readonly stream: string;

  constructor(manager: JetStreamManager, stream: string) {
    this.manager = manager;
    this.stream = stream;
  }

  /** Sequence numbers of the messages of one position that are about a voice message, in what the stream held when `range` was asked for. */
  async of(position: number, range: StreamRange): Promise<number[]> {
    const sequences: number[] = [];
    for (let from = await this.firstAt(position, range); from <= range.last; ) {
      const found = await this.next(from);
      if (found === null || found.position !== position) break;
      if (isAboutMessage(found.subject)) sequences.push(found.sequence);
      from = found.sequence + 1;
    }
    return sequences;
  }

  /** The lowest sequence number from which on no message has a lower position. */
  private async firstAt(position: number, { first, last }: StreamRange): Promise<number> {
    let low = first;
    let high = last + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = await this.next(middle);
      if (found !== null && found.position < position) low = found.sequence + 1;
      else high = middle;
    }
    return low;
  }

  /** The message with this sequence number or, where it is gone, the next one that is there. */
  private async next(sequence: number): Promise<Found | null> {
    const query: SeqMsgRequest & NextMsgRequest = { seq: sequence, next_by_subj: '>' };
    const message = await this.manager.streams.getMessage(this.stream, query);
    if (message === null) return null;
    const position = Number(message.header.get(eventHeaders.position));
    return { sequence: message.seq, position, subject: message.subject };
  }
}
