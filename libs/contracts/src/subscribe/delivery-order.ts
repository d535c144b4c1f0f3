import type { DeliveryFacts } from './ack-subject.ts';

/** Missed deliveries come again within this time, milliseconds. */
const graceMs = 45_000;

/** Knows whether the bus delivers in the order of the streams, or whether earlier events may still be on their way. */
export class DeliveryOrder {
  /** Latest delivery by consumer. */
  private readonly latest = new Map<string, number>();
  private readonly consumersOf = new Map<string, Set<string>>();
  private missedAt = Number.NEGATIVE_INFINITY;
  private readonly nothingLeft: boolean;

  /** `nothingLeft`: no former reader left deliveries unanswered, which would come behind later ones. */
  constructor(nothingLeft: boolean) {
    this.nothingLeft = nothingLeft;
  }

  /** Takes a delivery in, and says whether earlier events of its stream may come after it. `now` in milliseconds. */
  see({ stream, consumer, consumerSequence }: DeliveryFacts, now: number): boolean {
    const consumers = this.consumersOf.get(stream) ?? new Set();
    this.consumersOf.set(stream, consumers.add(consumer));
    const name = `${stream}.${consumer}`;
    const latest = this.latest.get(name);
    this.latest.set(name, consumerSequence);
    // Lost with a broken connection, or counted anew by a consumer that was made again.
    const before = latest ?? (this.nothingLeft ? consumerSequence - 1 : 0);
    if (consumerSequence !== before + 1) this.missedAt = now;
    return consumers.size > 1 || now - this.missedAt < graceMs;
  }
}
