import type { CallContext, CloudEvent, newWebhook } from '@aftertone/contracts';
import { migrate, openEventStore, openReader } from '@aftertone/event-store';
import { systemClock } from '@aftertone/kernel';
import { createLogger, parseConfig } from '@aftertone/platform';
import type { z } from 'zod';
import { configSchema } from './config.ts';
import { entities, kinds } from './ground/model.ts';
import { migrations } from './migrations/index.ts';
import { makeLanes, makeNewsDesk } from './parts.ts';
import { notifyPublisher } from './publishing/publisher.ts';
import { startWebhooks } from './webhooks/make-webhooks.ts';
import { UrlRules } from './webhooks/url-rules.ts';
import { WebhookDesk } from './webhooks/webhook-desk.ts';

/** notify-svc in the caller's process, without bus and calls: events are told to it. For benchmarks. */
export const startInProcess = async (environment: NodeJS.ProcessEnv) => {
  const config = parseConfig(configSchema, environment);
  const url = config.DATABASE_URL_NOTIFY;
  await migrate(url, migrations);
  const logger = createLogger({ service: 'notify-svc', level: config.LOG_LEVEL });
  const store = await openEventStore({ url, kek: config.AFTERTONE_KEK, kinds, logger });
  const reader = await openReader(url, entities);
  const ground = { store, reader, clock: systemClock };
  const { lanes, close } = makeLanes(ground, config, logger);
  const { newsDesk } = makeNewsDesk(ground, lanes);
  const upkeep = startWebhooks({
    ...{ ground, logger, publisher: notifyPublisher(config.AFTERTONE_CELL), onDue: () => lanes.wake() },
  });
  const desk = new WebhookDesk(ground, new UrlRules(config));
  lanes.start();
  return {
    createWebhook: async (
      call: CallContext,
      mailboxId: string,
      webhook: z.output<typeof newWebhook>,
    ): Promise<void> => {
      await desk.create({ mailboxId, webhook }, call);
    },
    /** As the bus does it: then they are planned, and what is due is sent. */
    tell: (events: readonly CloudEvent[]): Promise<void> => newsDesk.apply(events),
    stop: async (): Promise<void> => {
      await upkeep.stop();
      await lanes.stop(0);
      await close();
      await reader.destroy();
      await store.close();
    },
  };
};
