import type { ServiceName } from '@aftertone/contracts';
import type { EventHub, PlacedEvent } from './hub.ts';
import { comparePlaces, type Place, placeAfter, placeBehind } from './places.ts';

/** A page of a log, read from a position on. */
export interface LogPage {
  events: readonly PlacedEvent[];
  throughPosition: number;
  headPosition: number;
}

export interface LaneParts {
  service: ServiceName;
  hub: EventHub;
  /** Reads the log; rejects when it cannot be read now. */
  read(afterPosition: number): Promise<LogPage>;
  /** Waits before a log that could not be read is tried again. */
  pause(): Promise<void>;
  /** Aborted when the subscription has ended. */
  signal: AbortSignal;
  /** Waits until the client has taken what it was given. */
  drained(): Promise<void>;
  emit(placed: PlacedEvent): void;
}

/**
 * One service's events for one subscriber, each once and in order: first from the service's log, then live. Both ends
 * of the seam are compared by place, so nothing is lost or repeated at it.
 */
export class Lane {
  /** The next event that is due. Undefined until it is known: then live events are passed over. */
  place: Place | undefined;
  private readonly parts: LaneParts;
  private live = false;
  private running = false;

  constructor(parts: LaneParts, place: Place | undefined) {
    this.parts = parts;
    this.place = place;
  }

  /** Resolves when the lane is live or the subscription has ended; does nothing while it is being brought there. */
  async join(): Promise<void> {
    if (this.running || this.live) return;
    this.running = true;
    try {
      while (!this.parts.signal.aborted && !(await this.step())) await this.parts.drained();
    } finally {
      this.running = false;
    }
  }

  /** A live event: passed on once its turn has come. */
  onEvent(placed: PlacedEvent): void {
    if (this.live) this.deliver(placed);
  }

  /** Live events may have been missed: the caller joins again. */
  onReset(): void {
    this.live = false;
  }

  private async step(): Promise<boolean> {
    const { hub, service } = this.parts;
    if (this.place !== undefined && hub.covers(service, this.place)) return this.goLive(this.place);
    const watermark = hub.watermark(service);
    const page = await this.readOrPause();
    if (page === null) return false;
    const { events, throughPosition, headPosition } = page;
    if (this.place === undefined) {
      this.place = placeBehind(headPosition);
    } else {
      for (const placed of events) this.deliver(placed);
      const behind = placeBehind(throughPosition);
      if (comparePlaces(this.place, behind) < 0) this.place = behind;
    }
    const atHead = this.place.position > headPosition;
    return atHead && hub.holds(service, watermark) ? this.goLive(this.place) : false;
  }

  private async readOrPause(): Promise<LogPage | null> {
    try {
      // Without a place only the head is asked for.
      return await this.parts.read(this.place === undefined ? Number.MAX_SAFE_INTEGER : this.place.position - 1);
    } catch {
      await this.parts.pause();
      return null;
    }
  }

  private goLive(place: Place): true {
    // No await in here: what is published from now on comes through onEvent.
    for (const placed of this.parts.hub.since(this.parts.service, place)) this.deliver(placed);
    this.live = true;
    return true;
  }

  private deliver(placed: PlacedEvent): void {
    if (this.place === undefined || comparePlaces(placed.place, this.place) < 0) return;
    this.place = placeAfter(placed.place);
    this.parts.emit(placed);
  }
}
