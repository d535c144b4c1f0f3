import { type Reaction, type Relay, startReaction, startRelay } from '@aftertone/event-store';
import { type Bus, jetStreamTarget } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { BusErasure } from './bus-erasure/bus-erasure.ts';
import type { Config } from './config.ts';
import type { OpeningGround } from './ground/opening-ground.ts';
import { MailboxClosing } from './mailbox-closing/mailbox-closing.ts';
import { busMessages } from './publishing/cloud-event.ts';

const relayName = 'mailbox';

interface BackgroundParts {
  config: Config;
  logger: Logger;
  bus: Bus;
  ground: OpeningGround;
}

/** What works beside the calls, from when the database is open: the relay and the reactions to the service's own log. */
export class Background implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly parts: BackgroundParts;
  private running: (Relay | Reaction)[] = [];

  constructor(parts: BackgroundParts) {
    this.parts = parts;
  }

  onApplicationBootstrap(): void {
    this.parts.ground.open(() => {
      this.running = [this.startRelay(), this.startClosing(), this.startErasure()];
    });
  }

  /** Stops taking work; calls under way are still answered after this. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.running.map((part) => part.stop()));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.bus.close();
    await this.parts.ground.close();
  }

  private startRelay(): Relay {
    const { bus, config, ground } = this.parts;
    const { AFTERTONE_CELL: cell, NATS_REPLICAS: replicas } = config;
    const target = jetStreamTarget({ bus, cell, service: 'mailbox', replicas });
    const translate = (event: Parameters<typeof busMessages>[0]) => busMessages(event, ground.source);
    return startRelay({ store: ground.store, name: relayName, target, translate });
  }

  private startClosing(): Reaction {
    const { ground } = this.parts;
    const closing = new MailboxClosing(ground);
    return startReaction({ store: ground.store, name: 'mailbox-closing', handle: (events) => closing.react(events) });
  }

  private startErasure(): Reaction {
    const { bus, config, ground } = this.parts;
    const erasure = new BusErasure(ground, { bus, cell: config.AFTERTONE_CELL, relay: relayName });
    return startReaction({ store: ground.store, name: 'bus-erasure', handle: (events) => erasure.react(events) });
  }
}
