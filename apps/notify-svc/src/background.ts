import { type Publisher, startHousekeeping, startReaction, startRelay } from '@aftertone/event-store';
import { type Bus, jetStreamTarget, startConsumer } from '@aftertone/messaging';
import { type Logger, observeRelay } from '@aftertone/platform';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { startListening } from './bounces/start-listening.ts';
import type { Config } from './config.ts';
import { startReplaying } from './deliveries/replay/start-replaying.ts';
import { startEscalating } from './escalation/start-escalating.ts';
import { startTellingOfFailures } from './forwarding/start-telling.ts';
import { PeopleDesk } from './gateway-events/people-desk.ts';
import type { OpeningGround } from './ground/opening-ground.ts';
import { makeLanes, makeNewsDesk } from './parts.ts';
import { startAdopting } from './sending/left-work.ts';
import { startWebhooks } from './webhooks/make-webhooks.ts';

interface BackgroundParts {
  config: Config;
  logger: Logger;
  bus: Bus;
  ground: OpeningGround;
  publisher: Publisher;
}

/** Attempts under way get this part of the grace time to end by themselves. */
const patience = 0.5;

/** Events of mailboxes are taken in pages, which cost little more than one event. Nobody notices this, who has a phone. */
const gatherMs = 15;

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

    const { lanes, close } = makeLanes(ground, config, log);
    lanes.start();

    const { newsDesk, announced, completion, escalations, care } = makeNewsDesk(ground, lanes);
    const peopleDesk = new PeopleDesk(ground);
    const consumed = { bus, databaseUrl: config.DATABASE_URL_NOTIFY, cell, log };
    const consumers = [
      startConsumer({
        ...consumed,
        durable: 'notify-mailboxes',
        source: 'mailbox',
        ...{ gatherMs, concurrency: 2 },
        handle: (incoming) => newsDesk.apply(incoming.map(({ event }) => event)),
      }),
      startConsumer({
        ...consumed,
        durable: 'notify-people',
        source: 'gateway',
        filter: 'evt.*.identity.>',
        handle: (incoming) => peopleDesk.apply(incoming.map(({ event }) => event)),
      }),
    ];
    const reaction = startReaction({
      store,
      name: 'completion',
      from: 'now',
      types: ['NotificationDelivered', 'NotificationCancelled'],
      handle: (events) => completion.react(events),
    });
    const replaying = startReplaying({ store, clock, onReplayed: () => lanes.wake() });
    const telling = startTellingOfFailures({ store, clock, onPlanned: () => lanes.wake() });
    const webhooks = startWebhooks({
      ...{ ground, publisher, logger: log, onDue: () => lanes.wake() },
    });
    const listening = startListening({ config, ground, log });
    const escalating = startEscalating({
      ...{ ground, escalations, log, onPlanned: () => lanes.wake() },
      leaseMs: config.NOTIFY_LEASE_MS,
      pollMs: config.NOTIFY_POLL_MS,
    });
    const forgettingCare = care.startForgetting(log);
    const forgetting = announced.startForgetting(clock, log);
    const adopting = startAdopting(store.pool, clock, log);
    const housekeeping = startHousekeeping({ store });

    this.relay = startRelay({
      store,
      name: 'notify',
      target: jetStreamTarget({ bus, cell, service: 'notify', replicas, log }),
      translate: (recorded) => publisher.busMessages(recorded),
      onProgress: observeRelay,
    });
    this.stops.push(
      () => Promise.all(consumers.map((consumer) => consumer.close())),
      () => reaction.stop(),
      () => replaying.stop(),
      () => telling.stop(),
      () => listening.stop(),
      () => webhooks.stop(),
      () => forgetting.stop(),
      () => forgettingCare.stop(),
      () => escalating.stop(),
      () => adopting.stop(),
      () => housekeeping.stop(),
      async () => {
        await lanes.stop(graceMs * patience);
        await close();
      },
    );
  }
}
