import { startHousekeeping, startReaction, startRelay } from '@aftertone/event-store';
import { jetStreamTarget, type Tail, tailEvents } from '@aftertone/messaging';
import { type Logger, observeRelay } from '@aftertone/platform';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
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
  private tail: Tail | undefined;

  constructor(parts: Parts, config: Config, logger: Logger) {
    this.parts = parts;
    this.config = config;
    this.logger = logger;
  }

  onApplicationBootstrap(): void {
    this.tail = this.followEvents();
    this.parts.live.hub.follow(this.tail);
    this.parts.database.open(() => this.begin());
  }

  /** Open streams would keep the server from closing. */
  async onModuleDestroy(): Promise<void> {
    this.parts.live.endAll();
    await Promise.all(this.running.map((part) => part.stop()));
  }

  async onApplicationShutdown(): Promise<void> {
    // Together: what the tail still asks of a bus that is down ends only with the connection.
    await Promise.all([this.tail?.close(), this.parts.bus.close(), this.parts.busAccess.close()]);
    this.parts.media.close();
    await this.parts.database.close();
  }

  private followEvents(): Tail {
    const { bus, live } = this.parts;
    return tailEvents({
      bus,
      cell: this.config.AFTERTONE_CELL,
      log: this.logger,
      onGap: (service) => live.hub.reset(service),
      onEvent: ({ service, event, path, audience, position }) =>
        live.hub.publish(service, { place: { position, part: partOf(event.id) }, paths: [path, ...audience], event }),
    });
  }

  private begin(): void {
    const { bus, database, publisher, founders, directory, serviceTokenUses, busAccess } = this.parts;
    const { AFTERTONE_CELL: cell, NATS_REPLICAS: replicas } = this.config;
    const { store } = database;
    this.running.push(
      startRelay({
        store,
        name: 'gateway',
        target: jetStreamTarget({ bus, cell, service: 'gateway', replicas, log: this.logger }),
        translate: (event) => publisher.busMessages(event),
        onProgress: observeRelay,
      }),
      startReaction({
        ...{ store, name: 'tenant-founders', types: ['TenantRegistered'] },
        handle: (events) => founders.handle(events),
      }),
      startHousekeeping({ store }),
      this.followGroups(),
      ...busAccess.start(store),
      ...this.parts.startSubscriptions(store),
      repeatedly('making the first tenant', this.logger, () => this.makeFirstTenant()),
      repeatedly('writing uses of service tokens', this.logger, () => serviceTokenUses.write(), writeUsesEveryMs),
      repeatedly('sweeping', this.logger, () => directory.sweep(), sweepEveryMs),
    );
  }

  private followGroups(): Stoppable {
    const { bus, database } = this.parts;
    const { AFTERTONE_CELL: cell, DATABASE_URL_GATEWAY: databaseUrl } = this.config;
    const consumer = followGroups({ bus, cell, databaseUrl, access: new GroupAccess(database), log: this.logger });
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
