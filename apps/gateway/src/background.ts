import { type Reaction, type Relay, startReaction, startRelay } from '@aftertone/event-store';
import { jetStreamTarget, type Tail, tailEvents } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { Config } from './config.ts';
import { partOf } from './events/places.ts';
import { bootstrap } from './identity/bootstrap.ts';
import { busMessages } from './identity/publish.ts';
import type { Parts } from './parts.ts';

const sweepEveryMs = 600_000;

/** What the gateway does beside answering, from start to end. */
export class Background implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly parts: Parts;
  private readonly config: Config;
  private readonly logger: Logger;
  private tail: Tail | undefined;
  private relay: Relay | undefined;
  private founders: Reaction | undefined;
  private sweeping: NodeJS.Timeout | undefined;

  constructor(parts: Parts, config: Config, logger: Logger) {
    this.parts = parts;
    this.config = config;
    this.logger = logger;
  }

  onApplicationBootstrap(): void {
    this.tail = this.followEvents();
    this.parts.hub.follow(this.tail);
    this.sweeping = setInterval(() => this.sweep(), sweepEveryMs);
    // The database may take its time: the gateway answers meanwhile, and says that it is not ready.
    this.begin().catch((error: unknown) => this.logger.error({ err: error }, 'the gateway cannot do its work'));
  }

  /** Open streams would keep the server from closing. */
  onModuleDestroy(): void {
    this.parts.streams.endAll();
    clearInterval(this.sweeping);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.relay?.stop(), this.founders?.stop()]);
    // Together: what the tail still asks of a bus that is down ends only with the connection.
    await Promise.all([this.tail?.close(), this.parts.bus.close()]);
    await this.parts.database.close();
  }

  private async begin(): Promise<void> {
    const { bus, database, source, founders } = this.parts;
    const { store } = await database.opened;
    const target = jetStreamTarget({
      bus,
      cell: this.config.AFTERTONE_CELL,
      service: 'gateway',
      replicas: this.config.NATS_REPLICAS,
    });
    this.relay = startRelay({ store, name: 'gateway', target, translate: (event) => busMessages(event, source) });
    this.founders = startReaction({ store, name: 'tenant-founders', handle: (events) => founders.handle(events) });
    await this.makeFirstTenant();
  }

  private followEvents(): Tail {
    const { bus, hub } = this.parts;
    return tailEvents({
      bus,
      cell: this.config.AFTERTONE_CELL,
      log: this.logger,
      onGap: (service) => hub.reset(service),
      onEvent: ({ service, event, path, audience, position }) =>
        hub.publish(service, { place: { position, part: partOf(event.id) }, paths: [path, ...audience], event }),
    });
  }

  private sweep(): void {
    // What is left over is found by the next one.
    this.parts.directory.sweep().catch((error: unknown) => this.logger.warn({ err: error }, 'sweeping failed'));
  }

  private async makeFirstTenant(): Promise<void> {
    const {
      BOOTSTRAP_TENANT_NAME: name,
      BOOTSTRAP_ADMIN_USERNAME: username,
      BOOTSTRAP_ADMIN_PASSWORD: password,
    } = this.config;
    if (name === undefined || username === undefined || password === undefined) return;
    const { directory, tenants } = this.parts;
    await bootstrap(directory, tenants, { name, username, password });
  }
}
