import type { ServiceName } from '@aftertone/contracts';
import type { EventHub, PlacedEvent } from './hub.ts';
import { comparePlaces, laterPlace, type Place, placeAfter, placeBehind } from './places.ts';

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
  /** Whether an event that is not live, and was not matched by the hub, is for this subscriber. */
  wants(placed: PlacedEvent): boolean;
  emit(placed: PlacedEvent): void;
}

/** Kept events that a lane takes at once, without looking whether its reader keeps up. */
const mostAtOnce = 20;

/**
 * One service's events for one subscriber, each once and in order: first from the service's log, then live. Both ends
 * of the seam are compared by place, so nothing is lost or repeated at it.
 */
export class Lane {
  private readonly parts: LaneParts;
  /** The next event that is due, when the lane is not live. */
  private due: Place | undefined;
  private live = false;
  private running = false;

  /** Without a place the lane begins with the first live event: of a service that does not say where its log ends. */
  constructor(parts: LaneParts, place: Place | undefined) {
    this.parts = parts;
    this.due = place;
  }

  /** The next event that is due. A live lane is not told of events for others: the hub knows how far they have come. */
  get place(): Place | undefined {
    const { hub, service } = this.parts;
    const head = this.live ? hub.head(service) : undefined;
    return head === undefined ? this.due : laterPlace(this.due, head);
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

  /** A live event for this subscriber: passed on once its turn has come. */
  onEvent(placed: PlacedEvent): void {
    if (this.live && this.isDue(placed)) this.pass(placed);
  }

  /** Live events may have been missed: the caller joins again. */
  onReset(): void {
    this.due = this.place;
    this.live = false;
  }

  /** One step towards being live. */
  private async step(): Promise<void> {
    const { hub, service } = this.parts;
    if (this.due === undefined) this.live = true;
    else if (hub.covers(service, this.due)) await this.takeKept(this.due);
    else await this.readOn(this.due);
  }

  private async takeKept(place: Place): Promise<void> {
    const { hub, service } = this.parts;
    const kept = hub.since(service, place, mostAtOnce);
    if (kept.length < mostAtOnce) this.goLive(kept);
    else await this.takeSlowly(kept);
  }

  private async readOn(place: Place): Promise<void> {
    const { hub, service } = this.parts;
    const watermark = hub.watermark(service);
    const page = await this.readOrPause(place.position - 1);
    if (page === null) return;
    await this.takeSlowly(page.events);
    const next = laterPlace(this.due, placeBehind(page.throughPosition));
    this.due = next;
    if (next.position <= page.headPosition || !hub.holds(service, watermark)) return;
    const kept = hub.since(service, next, mostAtOnce);
    // More than that is read again, or taken step by step once the hub reaches back to here.
    if (kept.length < mostAtOnce) this.goLive(kept);
    else await this.takeSlowly(kept);
  }

  private async readOrPause(afterPosition: number): Promise<LogPage | null> {
    try {
      return await this.parts.read(afterPosition);
    } catch {
      await this.parts.pause();
      return null;
    }
  }

  /** A page may be more than a reader may leave unread. */
  private async takeSlowly(events: readonly PlacedEvent[]): Promise<void> {
    for (const placed of events) {
      this.take(placed);
      await this.parts.drained();
      if (this.parts.signal.aborted) return;
    }
  }

  private goLive(kept: readonly PlacedEvent[]): void {
    // No await in here: what is published from now on comes through onEvent.
    for (const placed of kept) this.take(placed);
    this.live = true;
  }

  private isDue(placed: PlacedEvent): boolean {
    const { place } = this;
    return place === undefined || comparePlaces(placed.place, place) >= 0;
  }

  private take(placed: PlacedEvent): void {
    if (!this.isDue(placed)) return;
    if (this.parts.wants(placed)) this.pass(placed);
    else this.due = placeAfter(placed.place);
  }

  private pass(placed: PlacedEvent): void {
    this.due = placeAfter(placed.place);
    this.parts.emit(placed);
  }
}
