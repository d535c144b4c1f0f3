import { startHousekeeping, startReaction, startRelay } from '@aftertone/event-store';
import { jetStreamTarget, type Tail, tailEvents } from '@aftertone/messaging';
import { type Logger, observeRelay } from '@aftertone/platform';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { Cell } from '../cells/cells.ts';
import { eventsOfCell } from '../cells/events-of-cell.ts';
import type { Config } from '../config.ts';
import { partOf } from '../events/places.ts';
import { followGroups } from '../group-access/follow-groups.ts';
import { GroupAccess } from '../group-access/group-access.ts';
import { bootstrap } from '../identity/bootstrap.ts';
import type { Parts } from '../parts.ts';
import { repeatedly, type Stoppable } from './repeatedly.ts';

const sweepEveryMs = 600_000;
const writeUsesEveryMs = 10_000;

/** What the gateway does beside answering, from start to end. */
export class Background implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly parts: Parts;
  private readonly config: Config;
  private readonly logger: Logger;
  private readonly running: Stoppable[] = [];
  private tails: readonly Tail[] = [];

  constructor(parts: Parts, config: Config, logger: Logger) {
    this.parts = parts;
    this.config = config;
    this.logger = logger;
  }

  onApplicationBootstrap(): void {
    this.tails = this.parts.cells.all.map((cell) => this.followEvents(cell));
    this.parts.database.open(() => this.begin());
  }

  /** Open streams would keep the server from closing. */
  async onModuleDestroy(): Promise<void> {
    this.parts.live.endAll();
    await Promise.all(this.running.map((part) => part.stop()));
  }

  async onApplicationShutdown(): Promise<void> {
    const { cells, busAccess } = this.parts;
    // Together: what a tail still asks of a bus that is down ends only with the connection.
    await Promise.all([...this.tails.map((tail) => tail.close()), cells.close(), busAccess.close()]);
    await this.parts.database.close();
  }

  private followEvents(cell: Cell): Tail {
    const hub = this.parts.live.hubIn(cell);
    const tail = tailEvents({
      bus: cell.bus,
      cell: cell.name,
      log: this.logger,
      onGap: (service) => hub.reset(service),
      onEvent: ({ service, event, path, audience, position }) =>
        hub.publish(service, { place: { position, part: partOf(event.id) }, paths: [path, ...audience], event }),
    });
    hub.follow(tail);
    return tail;
  }

  private begin(): void {
    const { cells, database, founders, directory, serviceTokenUses, busAccess } = this.parts;
    const { store } = database;
    this.running.push(
      ...cells.all.flatMap((cell) => [this.startRelay(cell), this.followGroups(cell)]),
      startReaction({
        ...{ store, name: 'tenant-founders', types: ['TenantRegistered'] },
        handle: (events) => founders.handle(events),
      }),
      startHousekeeping({ store }),
      ...busAccess.start(store),
      ...this.parts.startSubscriptions(store),
      repeatedly('making the first tenant', this.logger, () => this.makeFirstTenant()),
      repeatedly('writing uses of service tokens', this.logger, () => serviceTokenUses.write(), writeUsesEveryMs),
      repeatedly('sweeping', this.logger, () => directory.sweep(), sweepEveryMs),
    );
  }

  /** To the gateway's stream in each cell: its services hear of the people who live there, and only of them. */
  private startRelay(cell: Cell): Stoppable {
    const { cells, database, directory, publisher } = this.parts;
    const { name, bus, config } = cell;
    return startRelay({
      store: database.store,
      name: cell.own('gateway'),
      target: jetStreamTarget({
        ...{ bus, cell: name, service: 'gateway', log: this.logger },
        replicas: config.NATS_REPLICAS,
      }),
      translate: (event) => publisher.busMessages(event),
      select: eventsOfCell(cell, cells.home, directory),
      onProgress: (standing) => observeRelay(standing, cell === cells.home ? undefined : name),
    });
  }

  private followGroups(cell: Cell): Stoppable {
    const { database } = this.parts;
    const { DATABASE_URL_GATEWAY: databaseUrl } = this.config;
    const consumer = followGroups({ cell, databaseUrl, access: new GroupAccess(database), log: this.logger });
    return { stop: () => consumer.close() };
  }

  private async makeFirstTenant(): Promise<void> {
    const { directory, tenants } = this.parts;
    const { BOOTSTRAP_TENANT_NAME: name, BOOTSTRAP_ADMIN_USERNAME: username } = this.config;
    const { BOOTSTRAP_ADMIN_PASSWORD: password } = this.config;
    if (name === undefined || username === undefined || password === undefined) return;
    await bootstrap(directory, tenants, { name, username, password });
  }
}
