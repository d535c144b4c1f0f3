import { type Bus, rpcServer } from '@aftertone/messaging';
import { observeCalls, type ServiceOptions } from '@aftertone/platform';
import { appModule, busToken } from './app.module.ts';
import type { Config } from './config.ts';
import { OpeningGround } from './ground/opening-ground.ts';

/** notify-svc as `runService` starts it. */
export const notifyService = (config: Config): ServiceOptions => ({
  name: 'notify-svc',
  config,
  module: (logger) => appModule(config, logger),
  ready: async (app) => ({
    store: await app.get(OpeningGround).answers(),
    bus: app.get<Bus>(busToken).isUp,
  }),
  transports: (app, logger) => [
    rpcServer({
      bus: app.get<Bus>(busToken),
      cell: config.AFTERTONE_CELL,
      service: 'notify',
      around: observeCalls(logger),
      when: app.get(OpeningGround).opened,
      log: logger,
    }),
  ],
});
