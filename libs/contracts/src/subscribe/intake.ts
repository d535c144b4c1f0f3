import type { Msg, Subscription } from '@nats-io/transport-node';
import { readEvent } from '../read-event.ts';
import { type DeliveryFacts, deliveryFacts } from './ack-subject.ts';
import type { Acks } from './acks.ts';
import { DeliveryOrder } from './delivery-order.ts';
import type { Gaps } from './gaps.ts';
import type { Arrival, InFlight } from './in-flight.ts';
import type { IsReplayed } from './seam.ts';
import type { Takeover } from './takeover.ts';

export interface IntakeParts {
  inFlight: InFlight;
  acks: Acks;
  gaps: Gaps | undefined;
  isReplayed: IsReplayed;
  onProblem: (problem: Error) => void;
}

/** How it begins. */
export interface Beginning {
  takeover: Takeover;
  /** No former reader left anything. */
  nothingLeft: boolean;
}

interface Held {
  arrival: Arrival;
  order: number;
  unordered: boolean;
}

/**
 * Takes messages from the bus. They are held until `release`, while history is read or a former reader's events are awaited:
 * the bus sends only so many before it gets acknowledgements, and sends them again when that takes long.
 */
export class Intake {
  private readonly order: DeliveryOrder;
  private readonly takeover: Takeover;
  private readonly parts: IntakeParts;
  private held: Map<string, Held> | undefined = new Map();
  private subscription: Subscription | undefined;
  private stopped = false;

  constructor(parts: IntakeParts, { takeover, nothingLeft }: Beginning) {
    this.parts = parts;
    this.takeover = takeover;
    this.order = new DeliveryOrder(nothingLeft);
  }

  /** Where messages come from now. */
  from(subscription: Subscription): void {
    this.subscription = subscription;
  }

  /** Lets nothing more come from the bus, and says what has come and not been passed on. */
  async stop(): Promise<Arrival[]> {
    this.stopped = true;
    this.held ??= new Map();
    // The server takes what is given back to whoever listens: to nobody, from now on, until the next reader comes.
    await this.subscription?.drain();
    return Array.from(this.held.values(), ({ arrival }) => arrival);
  }

  /** From now on messages go through, first those that were held. */
  release(): void {
    if (this.stopped) return;
    const held = [...(this.held?.values() ?? [])].sort((a, b) => a.order - b.order);
    this.held = undefined;
    for (const { arrival, unordered } of held) this.pass(arrival, unordered);
  }

  onMessage(message: Msg): void {
    const facts = deliveryFacts(message.reply);
    if (facts === null) {
      this.parts.onProblem(new Error(`what came on ${message.subject} is no delivery`));
      return;
    }
    const unordered = this.order.see(facts, Date.now());
    try {
      this.deliver(message, facts, unordered);
    } catch (error) {
      message.respond('+TERM'); // it would come for ever
      this.parts.onProblem(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private deliver(message: Msg, facts: DeliveryFacts, unordered: boolean): void {
    const { reply = '' } = message;
    const event = readEvent(message.data, message.headers);
    const confirm = () => this.parts.acks.send(reply);
    const copy = `${facts.stream} ${facts.consumer} ${facts.streamSequence}`;
    const redelivered = facts.deliveries > 1;
    const isReplayed = this.parts.isReplayed(event.event, event.log);
    const order = facts.streamSequence;
    if (isReplayed) {
      confirm().catch(() => undefined); // should it come again, so does this
    } else {
      const giveBack = { order, send: () => this.parts.acks.send(reply, '-NAK') };
      const arrival = { event, copy, redelivered, confirm, giveBack };
      if (this.held === undefined) this.pass(arrival, unordered);
      else this.hold(this.held, arrival, { order, unordered });
    }
    this.takeover.see(copy, { redelivered, held: !isReplayed });
  }

  /** What comes again while it is held has not been handed out: the latest delivery stands for the first. */
  private hold(held: Map<string, Held>, arrival: Arrival, rest: Omit<Held, 'arrival'>): void {
    const redelivered = held.get(arrival.copy)?.arrival.redelivered ?? arrival.redelivered;
    held.set(arrival.copy, { ...rest, arrival: { ...arrival, redelivered } });
  }

  private pass(arrival: Arrival, unordered: boolean): void {
    const { redelivered, event } = arrival;
    const gap = this.parts.gaps?.see(event.event, { redelivered, unordered, now: Date.now() });
    this.parts.inFlight.take({ ...arrival, gap });
  }
}
