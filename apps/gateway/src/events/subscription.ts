import { type CloudEvent, eventAccess, type ServiceName } from '@aftertone/contracts';
import type { Session } from '../access/session.ts';
import type { EventHub, HubListener, PlacedEvent } from './hub.ts';
import { Lane, type LogPage } from './lane.ts';
import { type Place, type Places, writeCursor } from './places.ts';

export interface SubscriptionParts {
  hub: EventHub;
  services: readonly ServiceName[];
  read(service: ServiceName, afterPosition: number): Promise<LogPage>;
  head(service: ServiceName): Promise<number>;
  pause(): Promise<void>;
  signal: AbortSignal;
  drained(): Promise<void>;
  /** An event that the subscriber may see, with the cursor behind it. */
  emit(event: CloudEvent, cursor: string): void;
}

/** What one subscriber sees: the events of its tenant that its token's ACL allows, of all services, from its places on. */
export class Subscription implements HubListener {
  /** Replaced when the token's rights change. */
  session: Session;
  private readonly parts: SubscriptionParts;
  private readonly types: ReadonlySet<string> | null;
  private readonly lanes: ReadonlyMap<ServiceName, Lane>;

  constructor(parts: SubscriptionParts, session: Session, types: ReadonlySet<string> | null, places: Places) {
    this.parts = parts;
    this.session = session;
    this.types = types;
    this.lanes = new Map(parts.services.map((service) => [service, this.lane(service, places[service])]));
  }

  /** Starts to emit; resolves when every lane is live or the subscription has ended. */
  async start(): Promise<void> {
    const leave = this.parts.hub.listen(this);
    this.parts.signal.addEventListener('abort', leave, { once: true });
    await Promise.all([...this.lanes.values()].map((lane) => lane.join()));
  }

  /** Resumes behind everything that was emitted or passed over. */
  get cursor(): string {
    return writeCursor(
      Object.fromEntries([...this.lanes].flatMap(([name, { place }]) => (place ? [[name, place]] : []))),
    );
  }

  onEvent(service: ServiceName, placed: PlacedEvent): void {
    this.lanes.get(service)?.onEvent(placed);
  }

  onReset(service: ServiceName): void {
    const lane = this.lanes.get(service);
    lane?.onReset();
    void lane?.join();
  }

  private lane(service: ServiceName, place: Place | undefined): Lane {
    const { hub, pause, signal, drained } = this.parts;
    const read = (afterPosition: number): Promise<LogPage> => this.parts.read(service, afterPosition);
    const head = (): Promise<number> => this.parts.head(service);
    const emit = (placed: PlacedEvent): void => this.emit(placed);
    return new Lane({ service, hub, read, head, pause, signal, drained, emit }, place);
  }

  private emit({ event, paths }: PlacedEvent): void {
    if (event.tenantid !== this.session.tenantId) return;
    if (this.types !== null && !this.types.has(event.type)) return;
    if (paths.some((path) => this.session.allows(eventAccess(path)))) this.parts.emit(event, this.cursor);
  }
}
