import { type Bus, rpcServer } from '@aftertone/messaging';
import { type Logger, observeCalls, type ServiceOptions } from '@aftertone/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { appModule, busToken, loggerToken } from './app.module.ts';
import { Readings } from './audio/container/readings.ts';
import { Conversions } from './audio/conversion/conversions.ts';
import type { Config } from './config.ts';
import { OpeningGround } from './ground/opening-ground.ts';
import { mediaRoutes } from './http/media-routes.ts';
import { Renderings } from './renditions/renderings.ts';
import { Renditions } from './renditions/renditions.ts';
import { UploadBody } from './uploads/upload-body.ts';
import { UploadMemory } from './uploads/upload-memory.ts';
import { UploadSlots } from './uploads/upload-slots.ts';

const serveMedia = async (app: NestFastifyApplication, config: Config): Promise<void> => {
  const logger = app.get<Logger>(loggerToken);
  const ground = app.get(OpeningGround);
  const conversionMs = config.MEDIA_CONVERSION_SECONDS * 1_000;
  const memory = new UploadMemory(config.MEDIA_UPLOAD_MEMORY_BYTES);
  const conversions = new Conversions({
    atOnce: config.MEDIA_MAX_CONVERSIONS,
    waiting: config.MEDIA_CONVERSIONS_WAITING,
    timeoutMs: conversionMs,
    rates: { narrow: config.MEDIA_MP3_KILOBITS_NARROW, wide: config.MEDIA_MP3_KILOBITS_WIDE },
    loudness: { lufs: config.MEDIA_LOUDNESS_LUFS, usual: config.MEDIA_NORMALIZE },
  });
  const renderings = new Renderings({
    conversions,
    begin: () => new UploadBody(memory, () => ground.recordings.spool.begin()),
    lingerMs: conversionMs,
    log: logger,
  });
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onClose', () => renderings.close());
  const routes = mediaRoutes({
    logger,
    ground,
    slots: new UploadSlots(config.MEDIA_MAX_UPLOADS),
    memory,
    renditions: new Renditions({ ground, log: logger }),
    readings: new Readings({ atOnce: config.MEDIA_MAX_CONVERSIONS, waiting: config.MEDIA_MAX_UPLOADS }),
    conversions,
    renderings,
    grantSecret: config.MEDIA_GRANT_SECRET,
    redirects: config.MEDIA_REDIRECT_DOWNLOADS,
    maxBytes: config.MEDIA_MAX_BYTES,
    idleMs: config.MEDIA_UPLOAD_IDLE_SECONDS * 1_000,
  });
  await server.register(routes);
};

/** media-svc as `runService` starts it. */
export const mediaService = (config: Config): ServiceOptions => ({
  name: 'media-svc',
  config,
  module: (logger) => appModule(config, logger),
  ready: async (app) => {
    const ground = app.get(OpeningGround);
    const [store, storage] = await Promise.all([ground.storeAnswers(), ground.takesRecordings()]);
    return { store, storage, bus: app.get<Bus>(busToken).isUp };
  },
  transports: (app, logger) => [
    rpcServer({
      bus: app.get<Bus>(busToken),
      cell: config.AFTERTONE_CELL,
      service: 'media',
      around: observeCalls(logger),
      when: app.get(OpeningGround).opened,
      log: logger,
    }),
  ],
  prepare: (app) => serveMedia(app, config),
});
