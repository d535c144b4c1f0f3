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
  /** Position of the log's last event; rejects when nobody says so soon. */
  head(): Promise<number>;
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
  /** The next event that is due. Undefined for a lane that begins now, until the log's head or an event was seen. */
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
      // Asked anew after each wait: a reset may have come meanwhile, also behind the last step.
      while (!this.live && !this.parts.signal.aborted) {
        await this.step();
        await this.parts.drained();
      }
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

  /** One step towards being live. */
  private async step(): Promise<void> {
    const { hub, service } = this.parts;
    if (this.place === undefined) return this.beginNow();
    if (hub.covers(service, this.place)) return this.goLive(this.place);
    const watermark = hub.watermark(service);
    const page = await this.readOrPause(this.place.position - 1);
    if (page === null) return;
    for (const placed of page.events) this.deliver(placed);
    const behind = placeBehind(page.throughPosition);
    if (comparePlaces(this.place, behind) < 0) this.place = behind;
    const atHead = this.place.position > page.headPosition;
    if (atHead && hub.holds(service, watermark)) this.goLive(this.place);
  }

  private async beginNow(): Promise<void> {
    const { hub, service } = this.parts;
    const watermark = hub.watermark(service);
    try {
      this.place = placeBehind(await this.parts.head());
    } catch {
      // The service is away: the first event after its return is where this lane begins.
      this.live = true;
      return;
    }
    if (hub.holds(service, watermark)) this.goLive(this.place);
  }

  private async readOrPause(afterPosition: number): Promise<LogPage | null> {
    try {
      return await this.parts.read(afterPosition);
    } catch {
      await this.parts.pause();
      return null;
    }
  }

  private goLive(place: Place): void {
    // No await in here: what is published from now on comes through onEvent.
    for (const placed of this.parts.hub.since(this.parts.service, place)) this.deliver(placed);
    this.live = true;
  }

  private deliver(placed: PlacedEvent): void {
    if (this.place !== undefined && comparePlaces(placed.place, this.place) < 0) return;
    this.place = placeAfter(placed.place);
    this.parts.emit(placed);
  }
}
