import { Publisher } from '@aftertone/event-store';
import { connectBus } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { Background } from './background.ts';
import type { Config } from './config.ts';
import { OpeningGround } from './ground/opening-ground.ts';
import { EventsController } from './media/events.controller.ts';
import { mediaPublisher } from './media/publish.ts';
import { PromptDesk } from './prompts/prompt-desk.ts';
import { PromptsController } from './prompts/prompts.controller.ts';
import { choiceOf, storagesOf } from './storages/settings.ts';

/** Token of the service's `Bus`. */
export const busToken = Symbol('bus');
/** Token of the service's `Logger`. */
export const loggerToken = Symbol('logger');

@Module({})
class AppModule {}

/** The only place where the service's parts are wired together. */
export const appModule = (config: Config, logger: Logger): DynamicModule => {
  const { NATS_URL: url, NATS_USER: user, NATS_PASSWORD: password } = config;
  const bus = connectBus({ url, user, password, name: 'media-svc', log: logger });
  const ground = new OpeningGround({
    databaseUrl: config.DATABASE_URL_MEDIA,
    keks: [config.AFTERTONE_KEK, ...config.AFTERTONE_KEK_PREVIOUS],
    bytes: {
      storages: storagesOf(config),
      choice: choiceOf(config),
      patienceMs: config.MEDIA_STORAGE_PATIENCE_MS,
      spoolPath: config.MEDIA_SPOOL_PATH,
      spoolMaxBytes: config.MEDIA_SPOOL_MAX_BYTES,
      grantSecret: config.MEDIA_GRANT_SECRET,
      log: logger,
    },
    logger,
  });
  const publisher = mediaPublisher(config.AFTERTONE_CELL);
  return {
    module: AppModule,
    controllers: [EventsController, PromptsController],
    providers: [
      { provide: busToken, useValue: bus },
      { provide: loggerToken, useValue: logger },
      { provide: OpeningGround, useValue: ground },
      { provide: Background, useFactory: () => new Background({ config, logger, bus, ground, publisher }) },
      { provide: Publisher, useValue: publisher },
      { provide: PromptDesk, useValue: new PromptDesk({ ground, log: logger }) },
    ],
  };
};
