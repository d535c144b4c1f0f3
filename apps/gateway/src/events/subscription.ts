import { type CloudEvent, eventAccess, type ServiceName } from '@aftertone/contracts';
import type { Session } from '../access/session.ts';
import type { EventHub, HubListener, Listening, PlacedEvent } from './hub.ts';
import { Lane, type LogPage } from './lane.ts';
import { everybody } from './lost-groups.ts';
import { type Place, type Places, writeCursor } from './places.ts';

/** Where a subscriber's events go. */
export interface EventSink {
  /** An event that the subscriber may see, with the cursor behind it. */
  emit(event: CloudEvent, cursor: string): void;
  /** Waits until the client has taken what it was given, or nobody is there to take it. */
  drained(): Promise<void>;
}

export interface SubscriptionParts {
  hub: EventHub;
  services: readonly ServiceName[];
  read(service: ServiceName, afterPosition: number): Promise<LogPage>;
  pause(): Promise<void>;
  signal: AbortSignal;
  sink: EventSink;
}

export interface Wanted {
  /** Null: all. */
  types: ReadonlySet<string> | null;
  /** Services without a place begin with their first live event. */
  places: Places;
}

/** Whether the ACL of this session allows an event of a log of its tenant. */
export const maySee = (session: Session, { event, paths }: Omit<PlacedEvent, 'place'>): boolean =>
  event.tenantid === session.tenantId && paths.some((path) => session.allows(eventAccess(path)));

const sameAcl = (a: Session, b: Session): boolean =>
  a.tenantId === b.tenantId && a.acl.length === b.acl.length && a.acl.every((pattern, n) => pattern === b.acl[n]);

/** What one subscriber sees: the events of its tenant that its token's ACL allows, of all services, from its places on. */
export class Subscription implements HubListener {
  /** As the token has it. */
  private given: Session;
  /** As it is after what the stream of events has told. */
  private current: Session;
  private listening: Listening | undefined;
  private readonly parts: SubscriptionParts;
  private readonly types: ReadonlySet<string> | null;
  private readonly lanes: ReadonlyMap<ServiceName, Lane>;

  constructor(parts: SubscriptionParts, session: Session, { types, places }: Wanted) {
    this.parts = parts;
    this.given = session;
    this.current = parts.hub.narrow(session);
    this.types = types;
    this.lanes = new Map(parts.services.map((service) => [service, this.lane(service, places[service])]));
  }

  get session(): Session {
    return this.current;
  }

  /** The token's rights may have changed: what is told from now on follows them. */
  set session(session: Session) {
    this.given = session;
    const before = this.current;
    this.current = this.parts.hub.narrow(session);
    if (!sameAcl(before, this.current)) this.listening?.change(this.current);
  }

  /** Starts to emit; resolves when every lane is live or the subscription has ended. */
  async start(): Promise<void> {
    const { hub, signal } = this.parts;
    if (signal.aborted) return;
    const listening = hub.listen(this, this.current);
    this.listening = listening;
    signal.addEventListener('abort', () => listening.leave(), { once: true });
    await Promise.all([...this.lanes.values()].map((lane) => lane.join()));
  }

  /** Resumes behind everything that was emitted or passed over. */
  get cursor(): string {
    const places: { [Service in ServiceName]?: Place } = {};
    for (const [service, { place }] of this.lanes) if (place !== undefined) places[service] = place;
    return writeCursor(places);
  }

  onEvent(service: ServiceName, placed: PlacedEvent): void {
    if (this.isOfType(placed.event)) this.lanes.get(service)?.onEvent(placed);
  }

  onReset(service: ServiceName): void {
    const lane = this.lanes.get(service);
    lane?.onReset();
    void lane?.join();
  }

  onMembership(userId: string): void {
    if (userId === this.given.userId || userId === everybody) this.session = this.given;
  }

  private lane(service: ServiceName, place: Place | undefined): Lane {
    const { hub, pause, signal, sink, read } = this.parts;
    return new Lane(
      {
        service,
        hub,
        pause,
        signal,
        read: (afterPosition) => read(service, afterPosition),
        drained: () => sink.drained(),
        wants: (placed) => this.isOfType(placed.event) && maySee(this.current, placed),
        emit: ({ event }) => {
          if (!signal.aborted) sink.emit(event, this.cursor);
        },
      },
      place,
    );
  }

  private isOfType({ type }: CloudEvent): boolean {
    return this.types === null || this.types.has(type);
  }
}
