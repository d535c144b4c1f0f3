import { type CloudEvent, contractEvents, type ServiceName } from '@aftertone/contracts';
import type { Session } from '../access/session.ts';
import { AccessIndex, type Viewer } from './access-index.ts';
import { LostGroups } from './lost-groups.ts';
import { comparePlaces, laterPlace, type Place, placeAfter } from './places.ts';

/** A contract event with its place in the service's log and every access path that leads to it. */
export interface PlacedEvent {
  place: Place;
  paths: readonly string[];
  event: CloudEvent;
}

export interface HubListener {
  /** An event that the listener's ACL allows. */
  onEvent(service: ServiceName, placed: PlacedEvent): void;
  /** Live events of this service may have been missed: what is not seen yet must be read from its log. */
  onReset(service: ServiceName): void;
  /** What `narrow` leaves of the sessions of this user, or of everybody's, may be something else now. */
  onMembership?(userId: string): void;
}

/** Ends or changes what a listener hears. */
export interface Listening {
  /** The listener's rights are others now. */
  change(viewer: Viewer): void;
  leave(): void;
}

/** Says whether anything was forgotten since it was taken. */
export interface Watermark {
  readonly lost: number;
}

interface Recent {
  events: PlacedEvent[];
  /** Counts resets and dropped events; a difference means that something may be missing in between. */
  lost: number;
  /** Behind the newest event since the last reset. */
  head: Place | undefined;
}

const forget = (recent: Recent): void => {
  recent.events = [];
  recent.lost += 1;
};

const isPurge = ({ type, data }: CloudEvent): boolean =>
  type === contractEvents.messageDeleted.type && data.reason === 'purged';

/** The live events of all services in this process: the latest of each are kept, so that a reader can join without a gap. */
export class EventHub {
  private readonly keep: number;
  private readonly recent = new Map<ServiceName, Recent>();
  private readonly listeners = new Set<HubListener>();
  private readonly index = new AccessIndex<HubListener>();
  private readonly lostGroups = new LostGroups();
  private observer: (event: CloudEvent) => void = () => undefined;
  /** Whether the events of a service come as they happen now. */
  private isLive: (service: ServiceName) => boolean = () => false;

  constructor(keep: number) {
    this.keep = keep;
  }

  follow(source: { isLive(service: ServiceName): boolean }): void {
    this.isLive = (service) => source.isLive(service);
  }

  /** Who is told of each event, whoever may see it. */
  observe(observer: (event: CloudEvent) => void): void {
    this.observer = observer;
  }

  /** A session as memberships that have just ended leave it. */
  narrow(session: Session): Session {
    return this.lostGroups.narrow(session);
  }

  publish(service: ServiceName, placed: PlacedEvent): void {
    const recent = this.of(service);
    // What is kept tells of the caller: after a purge it must come from the log, where that is gone.
    if (isPurge(placed.event)) forget(recent);
    const newest = recent.events.at(-1);
    // A relay that lost its tail publishes it again: what is kept stays in order and without repeats.
    if (newest === undefined || comparePlaces(newest.place, placed.place) < 0) {
      recent.events.push(placed);
      if (recent.events.length > this.keep) {
        recent.events.shift();
        recent.lost += 1;
      }
    }
    for (const listener of this.index.match(placed.event.tenantid, placed.paths)) listener.onEvent(service, placed);
    recent.head = laterPlace(recent.head, placeAfter(placed.place));
    if (service === 'mailbox') this.followMembers(placed.event);
    this.observer(placed.event);
  }

  reset(service: ServiceName): void {
    const recent = this.of(service);
    forget(recent);
    for (const listener of this.listeners) listener.onReset(service);
    recent.head = undefined;
  }

  listen(listener: HubListener, viewer: Viewer): Listening {
    this.listeners.add(listener);
    let leaveIndex = this.index.add(viewer, listener);
    return {
      change: (changed) => {
        leaveIndex();
        leaveIndex = this.index.add(changed, listener);
      },
      leave: () => {
        this.listeners.delete(listener);
        leaveIndex();
      },
    };
  }

  /**
   * Where everybody stands who takes live events of this service: behind the newest, whoever it was for. Undefined when
   * none has come since the last reset.
   */
  head(service: ServiceName): Place | undefined {
    return this.of(service).head;
  }

  /** Taken before a log is read to its head: if it still holds afterwards, `since` has everything behind that head. */
  watermark(service: ServiceName): Watermark {
    return { lost: this.of(service).lost };
  }

  holds(service: ServiceName, watermark: Watermark): boolean {
    return this.of(service).lost === watermark.lost;
  }

  /** Whether the kept events reach from this place to now without a gap, as far as that is known. */
  covers(service: ServiceName, place: Place): boolean {
    const oldest = this.of(service).events[0];
    return oldest !== undefined && comparePlaces(oldest.place, place) <= 0 && this.isLive(service);
  }

  /** Kept events from this place on, the first `most` of them. */
  since(service: ServiceName, place: Place, most: number): PlacedEvent[] {
    const { events } = this.of(service);
    const first = events.findIndex((placed) => comparePlaces(placed.place, place) >= 0);
    return first < 0 ? [] : events.slice(first, first + most);
  }

  /** In here and not a moment later: the next event may be a message that is no longer for them. */
  private followMembers(event: CloudEvent): void {
    const userId = this.lostGroups.note(event);
    if (userId !== null) for (const listener of this.listeners) listener.onMembership?.(userId);
  }

  private of(service: ServiceName): Recent {
    let recent = this.recent.get(service);
    if (recent === undefined) {
      recent = { events: [], lost: 0, head: undefined };
      this.recent.set(service, recent);
    }
    return recent;
  }
}
