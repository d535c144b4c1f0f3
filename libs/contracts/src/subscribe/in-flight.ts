import { once } from 'node:events';
import type { ContractEvent, UnknownEvent } from '../read-event.ts';
import { SubscriptionClosed } from './errors.ts';
import type { Gap, ReceivedEvent } from './options.ts';
import type { RecentIds } from './recent-ids.ts';

/** An event as it came from the bus or from history. */
export interface Arrival {
  event: ContractEvent | UnknownEvent;
  /** The same for every delivery of the same copy. */
  copy: string;
  redelivered: boolean;
  cursor?: string;
  gap?: Gap | undefined;
  /** Tells the sender that it need not come again. */
  confirm(): Promise<void>;
  /** How to have it brought to the next reader at once; absent where nobody need be told. */
  giveBack?: GiveBack;
}

export interface GiveBack {
  /** They come again in the order in which they are given back: this should be that of the stream. */
  order: number;
  send(): Promise<void>;
}

interface Entry {
  arrival: Arrival;
  redelivered: boolean;
  given: boolean;
  /** How to answer each copy, by its latest delivery. */
  copies: Map<string, Pick<Arrival, 'confirm' | 'giveBack'>>;
  acknowledged?: Promise<void>;
}

/**
 * What has arrived and is not acknowledged: waiting to be handed out, or handed out. Of several copies of an event one is
 * handed out and all are confirmed with it; one that comes again before it is acknowledged is handed out again.
 */
export class InFlight {
  private readonly entries = new Map<string, Entry>();
  private readonly waiting = new Set<Entry>();
  private readonly changed = new EventTarget();
  private readonly recent: RecentIds;
  private readonly most: number;
  private closed = false;

  constructor(recent: RecentIds, most: number) {
    this.recent = recent;
    this.most = most;
  }

  take(arrival: Arrival): void {
    const { id } = arrival.event.event;
    if (this.recent.has(id)) {
      // Its acknowledgement was lost, or it is a copy. Should this be lost too, it comes once more.
      arrival.confirm().catch(() => undefined);
      return;
    }
    const known = this.entries.get(id);
    const entry = known ?? { arrival, redelivered: arrival.redelivered, given: false, copies: new Map() };
    const again = entry.copies.has(arrival.copy);
    entry.copies.set(arrival.copy, arrival);
    if (known !== undefined && !(again && known.given)) return;
    if (known !== undefined) known.redelivered = true;
    entry.given = false;
    this.entries.set(id, entry);
    this.waiting.add(entry);
    this.wake();
  }

  /** The next event, as soon as fewer than the most are handed out; null once it is closed or `signal` aborts. */
  async next(signal: AbortSignal): Promise<ReceivedEvent | null> {
    while (!signal.aborted && !this.closed) {
      const [entry] = this.waiting;
      if (entry !== undefined && this.entries.size - this.waiting.size < this.most) return this.give(entry);
      await this.change(signal);
    }
    return null;
  }

  /** Resolves when fewer than `most` events wait, or `signal` aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.waiting.size >= this.most && !signal.aborted) await this.change(signal);
  }

  /** Hands nothing out any more, and refuses acknowledgements. */
  close(): void {
    this.closed = true;
    this.wake();
  }

  /** What has arrived and is not acknowledged, handed out or not. */
  unanswered(): Pick<Arrival, 'giveBack'>[] {
    return Array.from(this.entries.values(), ({ copies }) => [...copies.values()]).flat();
  }

  private give(entry: Entry): ReceivedEvent {
    this.waiting.delete(entry);
    entry.given = true;
    const { event, cursor, gap } = entry.arrival;
    return {
      ...event,
      redelivered: entry.redelivered,
      ...(cursor === undefined ? {} : { cursor }),
      ...(gap === undefined ? {} : { gap }),
      ack: () => this.acknowledge(entry),
    };
  }

  private acknowledge(entry: Entry): Promise<void> {
    if (entry.acknowledged !== undefined) return entry.acknowledged;
    if (this.closed)
      return Promise.reject(new SubscriptionClosed('the subscription was closed; the event comes again'));
    const { id } = entry.arrival.event.event;
    this.entries.delete(id);
    this.waiting.delete(entry);
    this.recent.add(id);
    const confirmed = Promise.all(Array.from(entry.copies.values(), ({ confirm }) => confirm())).then(() => undefined);
    entry.acknowledged = confirmed;
    this.wake();
    return confirmed;
  }

  private wake(): void {
    this.changed.dispatchEvent(new Event('change'));
  }

  private async change(signal: AbortSignal): Promise<void> {
    await once(this.changed, 'change', { signal }).catch(() => undefined);
  }
}
