import { type Publisher, startHousekeeping, startRelay } from '@aftertone/event-store';
import { type Bus, jetStreamTarget, startConsumer } from '@aftertone/messaging';
import { type Logger, observeRelay } from '@aftertone/platform';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { Config } from './config.ts';
import type { OpeningGround } from './ground/opening-ground.ts';
import { makeAnnouncer, makeDispatcher } from './parts.ts';

interface BackgroundParts {
  config: Config;
  logger: Logger;
  bus: Bus;
  ground: OpeningGround;
  publisher: Publisher;
}

/** Attempts under way get this part of the grace time to end by themselves. */
const patience = 0.5;

/** What works beside the calls: the consumer of mailbox events, the sending, the housekeeping, the relay. */
export class Background implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly parts: BackgroundParts;
  private readonly stops: Array<() => unknown> = [];
  private relay: ReturnType<typeof startRelay> | undefined;
  private ending = false;

  constructor(parts: BackgroundParts) {
    this.parts = parts;
  }

  onApplicationBootstrap(): void {
    this.parts.ground.open(() => {
      if (!this.ending) this.start();
    });
  }

  /** Stops taking work and lets attempts end; calls under way are still answered after this. */
  async onModuleDestroy(): Promise<void> {
    this.ending = true;
    await Promise.all(this.stops.map((stop) => stop()));
    // Last: it publishes what the last attempts led to.
    await this.relay?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.bus.close();
    await this.parts.ground.close();
  }

  private start(): void {
    const { bus, config, ground, logger: log, publisher } = this.parts;
    const { store, clock } = ground;
    const { AFTERTONE_CELL: cell, NATS_REPLICAS: replicas, SHUTDOWN_GRACE_MS: graceMs } = config;

    const { dispatcher, mailer } = makeDispatcher(ground, config, log);
    dispatcher.start();

    const { announcer, announced } = makeAnnouncer(ground);
    const consumer = startConsumer({
      bus,
      databaseUrl: config.DATABASE_URL_NOTIFY,
      cell,
      durable: 'notify-mailboxes',
      source: 'mailbox',
      handle: async (incoming) => {
        await announcer.apply(incoming.map(({ event }) => event));
        dispatcher.wake();
      },
      log,
    });
    const forgetting = announced.startForgetting(clock, log);
    const housekeeping = startHousekeeping({ store });

    this.relay = startRelay({
      store,
      name: 'notify',
      target: jetStreamTarget({ bus, cell, service: 'notify', replicas }),
      translate: (recorded) => publisher.busMessages(recorded),
      onProgress: observeRelay,
    });
    this.stops.push(
      () => consumer.close(),
      () => forgetting.stop(),
      () => housekeeping.stop(),
      async () => {
        await dispatcher.stop(graceMs * patience);
        mailer.close();
      },
    );
  }
}
