import { type Publisher, startHousekeeping, startRelay } from '@aftertone/event-store';
import { type Bus, jetStreamTarget } from '@aftertone/messaging';
import { type Logger, observeRelay } from '@aftertone/platform';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { Config } from './config.ts';
import type { OpeningGround } from './ground/opening-ground.ts';
import { Housekeeping } from './housekeeping/housekeeping.ts';
import { consumeMessages, messageAudioConsumers } from './message-audio/message-audio.consumer.ts';
import { startHoldingPromptAudio } from './prompts/hold-prompt-audio.ts';
import { replicaUrl } from './spool/replica-url.ts';
import { SpoolKeeper } from './spool/spool-keeper.ts';

interface BackgroundParts {
  config: Config;
  logger: Logger;
  bus: Bus;
  ground: OpeningGround;
  publisher: Publisher;
}

interface Stoppable {
  stop(): Promise<void>;
}

/** What works beside the requests: the relay, the consumers of mailbox-svc's events, housekeeping. */
export class Background implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly parts: BackgroundParts;
  private readonly running: Stoppable[] = [];
  private ending = false;

  constructor(parts: BackgroundParts) {
    this.parts = parts;
  }

  onApplicationBootstrap(): void {
    this.parts.ground.open(() => {
      if (!this.ending) this.start();
    });
  }

  /** Stops taking work; requests under way are still answered after this. */
  async onModuleDestroy(): Promise<void> {
    this.ending = true;
    await Promise.all(this.running.map((part) => part.stop()));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.bus.close();
    await this.parts.ground.close();
  }

  private start(): void {
    const { config, logger, bus, ground, publisher } = this.parts;
    const { AFTERTONE_CELL: cell, NATS_REPLICAS: replicas } = config;
    const common = { ground, bus, cell, log: logger };
    const consumers = consumeMessages(common);
    this.running.push(
      startRelay({
        store: ground.store,
        name: 'media',
        target: jetStreamTarget({ bus, cell, service: 'media', replicas, log: logger }),
        translate: (event) => publisher.busMessages(event),
        onProgress: observeRelay,
      }),
      ...consumers.map((consumer) => ({ stop: () => consumer.close() })),
      startHoldingPromptAudio({ store: ground.store, clock: () => ground.clock(), log: logger }),
      startHousekeeping({ store: ground.store }),
      new SpoolKeeper({ recordings: ground.recordings, pool: ground.store.pool, url: replicaUrl(config), log: logger }),
      new Housekeeping({
        ...common,
        durables: messageAudioConsumers,
        everyMs: config.MEDIA_HOUSEKEEPING_SECONDS * 1_000,
        orphanAfterMs: config.MEDIA_ORPHAN_AFTER_HOURS * 3_600_000,
        releaseGraceMs: config.MEDIA_RELEASE_GRACE_MINUTES * 60_000,
      }),
    );
  }
}
