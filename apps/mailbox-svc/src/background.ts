import { type Publisher, startHousekeeping, startReaction, startRelay } from '@aftertone/event-store';
import { type Bus, jetStreamTarget } from '@aftertone/messaging';
import { type Logger, observeRelay } from '@aftertone/platform';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { BusErasure } from './bus-erasure/bus-erasure.ts';
import type { Config } from './config.ts';
import { GreetingsClosing } from './greetings/greetings-closing.ts';
import type { OpeningGround } from './ground/opening-ground.ts';
import { LostAccess } from './lost-access/lost-access.ts';
import { MailboxClosing } from './mailbox-closing/mailbox-closing.ts';
import { consumeNotifications } from './notifications/notifications.consumer.ts';
import { startRetention } from './retention/sweep.ts';
import { TenantNews } from './retention/tenant-news.ts';
import { consumeTenantRules } from './retention/tenant-rules.consumer.ts';
import { startSecondSweep } from './user-departure/second-sweep.ts';
import { consumeDepartures } from './user-departure/user-departure.consumer.ts';

const relayName = 'mailbox';

interface BackgroundParts {
  config: Config;
  logger: Logger;
  bus: Bus;
  ground: OpeningGround;
  publisher: Publisher;
}

interface Running {
  stop(): Promise<void>;
}

/** What works beside the calls, from when the database is open: the relay, and the reactions to the own log and others'. */
export class Background implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly parts: BackgroundParts;
  private running: Running[] = [];
  private ending = false;

  constructor(parts: BackgroundParts) {
    this.parts = parts;
  }

  onApplicationBootstrap(): void {
    this.parts.ground.open(() => {
      if (this.ending) return;
      const housekeeping = startHousekeeping({ store: this.parts.ground.store });
      this.running = [
        this.startRelay(),
        this.startClosing(),
        this.startGreetingsClosing(),
        this.startErasure(),
        this.startDepartures(),
        this.startNotifications(),
        startSecondSweep({ ground: this.parts.ground }),
        this.startLostAccess(),
        this.startTenantRules(),
        this.startRetention(),
        housekeeping,
      ];
    });
  }

  /** Stops taking work; calls under way are still answered after this. */
  async onModuleDestroy(): Promise<void> {
    this.ending = true;
    await Promise.all(this.running.map((part) => part.stop()));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.bus.close();
    await this.parts.ground.close();
  }

  private startRelay(): Running {
    const { bus, config, ground, publisher } = this.parts;
    const { AFTERTONE_CELL: cell, NATS_REPLICAS: replicas } = config;
    const target = jetStreamTarget({ bus, cell, service: 'mailbox', replicas, log: this.parts.logger });
    return startRelay({
      store: ground.store,
      name: relayName,
      target,
      translate: (event) => publisher.busMessages(event),
      onProgress: observeRelay,
    });
  }

  private startClosing(): Running {
    const { ground } = this.parts;
    const closing = new MailboxClosing(ground);
    return startReaction({
      ...{ store: ground.store, name: 'mailbox-closing', types: ['MailboxClosed'] },
      handle: (events) => closing.react(events),
    });
  }

  private startGreetingsClosing(): Running {
    const { ground } = this.parts;
    const closing = new GreetingsClosing(ground);
    return startReaction({
      ...{ store: ground.store, name: 'greetings-closing', types: ['MailboxClosed'] },
      handle: (events) => closing.react(events),
    });
  }

  private startErasure(): Running {
    const { bus, config, ground } = this.parts;
    const erasure = new BusErasure(ground, { bus, cell: config.AFTERTONE_CELL, relay: relayName });
    return startReaction({
      ...{ store: ground.store, name: 'bus-erasure', types: ['MessagePurged', 'MessageForwarded'] },
      handle: (events) => erasure.react(events),
    });
  }

  private startLostAccess(): Running {
    const { ground } = this.parts;
    const lost = new LostAccess(ground);
    return startReaction({
      ...{ store: ground.store, name: 'lost-access', types: ['MemberRemoved', 'MailboxChanged'] },
      handle: (events) => lost.react(events),
    });
  }

  private startNotifications(): Running {
    const { bus, config, ground, logger: log } = this.parts;
    const consumer = consumeNotifications({ ground, bus, cell: config.AFTERTONE_CELL, log });
    return { stop: () => consumer.close() };
  }

  private startTenantRules(): Running {
    const { bus, config, ground, logger: log } = this.parts;
    const consumer = consumeTenantRules({ ground, bus, cell: config.AFTERTONE_CELL, log });
    return { stop: () => consumer.close() };
  }

  private startRetention(): Running {
    const { bus, config, ground } = this.parts;
    const news = new TenantNews({ bus, cell: config.AFTERTONE_CELL });
    return startRetention(ground, news, config.MAILBOX_RETENTION_SECONDS * 1_000);
  }

  private startDepartures(): Running {
    const { bus, config, ground, logger: log } = this.parts;
    const consumer = consumeDepartures({ ground, bus, cell: config.AFTERTONE_CELL, log });
    return { stop: () => consumer.close() };
  }
}
