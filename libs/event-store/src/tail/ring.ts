import type { RecordedEvent } from '../types.ts';

export interface RingLimits {
  /** Events held at most. */
  events: number;
  /** Their size at most, about, in bytes of memory. */
  bytes: number;
}

/** The newest stretch of the log in memory, without a gap; what does not fit falls out at the old end. */
export class Ring {
  readonly #limits: RingLimits;
  #events: RecordedEvent[] = [];
  #sizes: number[] = [];
  #bytes = 0;
  #from: number;
  #through: number;

  /** @param position where it begins, empty: the first event that fits is the next one */
  constructor(position: number, limits: RingLimits) {
    this.#limits = limits;
    this.#from = position;
    this.#through = position;
  }

  /** Every event after this position and up to `through` is held. */
  get from(): number {
    return this.#from;
  }

  get through(): number {
    return this.#through;
  }

  /** Takes events that follow `through`, in order. */
  push(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      const size = roughBytes(event.data) + roughBytes(event.stamps) + eventOverhead;
      this.#events.push(event);
      this.#sizes.push(size);
      this.#bytes += size;
      this.#through = event.position;
    }
    let surplus = Math.max(0, this.#events.length - this.#limits.events);
    for (let bytes = this.#bytes - sum(this.#sizes, surplus); bytes > this.#limits.bytes; surplus += 1) {
      bytes -= this.#sizes[surplus] ?? bytes;
    }
    this.#drop(surplus);
  }

  /** Nobody needs what is at or before this position any more. */
  trim(position: number): void {
    if (position > this.#from) this.#drop(this.#indexAfter(position));
  }

  /** Held events after a position, oldest first. */
  *after(position: number): Iterable<RecordedEvent> {
    for (let index = this.#indexAfter(position); index < this.#events.length; index += 1) {
      yield this.#events[index] as RecordedEvent;
    }
  }

  #indexAfter(position: number): number {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle] as RecordedEvent).position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #drop(count: number): void {
    if (count <= 0) return;
    const last = this.#events[count - 1];
    this.#from = last === undefined ? this.#through : last.position;
    this.#bytes -= sum(this.#sizes, count);
    this.#events.splice(0, count);
    this.#sizes.splice(0, count);
  }
}

/** Ids, times and what an object costs. */
const eventOverhead = 400;

/** Nobody measures what objects take: text counts twice, anything else a few words. */
const roughBytes = (value: unknown): number => {
  if (typeof value === 'string') return 16 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 32;
  for (const key in value) bytes += 16 + roughBytes((value as Record<string, unknown>)[key]);
  return bytes;
};

const sum = (sizes: readonly number[], count: number): number => {
  let total = 0;
  for (let index = 0; index < count; index += 1) total += sizes[index] ?? 0;
  return total;
};
