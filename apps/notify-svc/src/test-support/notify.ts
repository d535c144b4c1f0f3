import { randomBytes } from 'node:crypto';
import { type CloudEvent, notifyQueries } from '@aftertone/contracts';
import { migrate, openEventStore, openReader } from '@aftertone/event-store';
import { type Clock, systemClock } from '@aftertone/kernel';
import { createLogger } from '@aftertone/platform';
import { freshDatabase, startSmtp } from '@aftertone/testing';
import { DeliveriesOfMessage } from '../deliveries/list/delivery.query.ts';
import { PeopleDesk } from '../gateway-events/people-desk.ts';
import { entities, kinds } from '../ground/model.ts';
import { networkOf } from '../http-out/address-rules.ts';
import { migrations } from '../migrations/index.ts';
import { makeLanes, makeNewsDesk, type SendingConfig } from '../parts.ts';
import { messageOf } from './mailbox-events.ts';

export const grantSecret = 'a secret that only media-svc and we know';

export const sendingConfig: SendingConfig = {
  MEDIA_GRANT_SECRET: grantSecret,
  MEDIA_URL: 'http://127.0.0.1:9',
  PUBLIC_URL: 'https://voicemail.example.test',
  LINK_SECRET: 'a secret by which links are known again',
  LINK_SECRET_PREVIOUS: [],
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'Voicemail <voicemail@pbx.example.test>',
  SMTP_TIMEOUT_MS: 1_000,
  SMTP_TLS: 'offered',
  NOTIFY_CONCURRENCY: 2,
  NOTIFY_HTTP_CONCURRENCY: 8,
  NOTIFY_HTTP_PER_ENDPOINT: 2,
  NOTIFY_STEP_WAIT_MS: 1_000,
  NOTIFY_WEBHOOK_RETRY_SECONDS: [50, 100],
  NOTIFY_WEBHOOK_GIVE_UP_SECONDS: 60,
  NOTIFY_WEBHOOK_PAUSE_AFTER_SECONDS: 172_800,
  NOTIFY_ATTEMPT_TIMEOUT_MS: 10_000,
  NOTIFY_RETRY_SECONDS: [50, 100],
  NOTIFY_GIVE_UP_SECONDS: 60,
  NOTIFY_LEASE_MS: 2_000,
  NOTIFY_POLL_MS: 25,
  NOTIFY_ATTACHMENT_MAX_BYTES: 1_000_000,
  NOTIFY_ATTACHMENT_PATIENCE: 2,
  OUTGOING_ALLOW_NETWORKS: [networkOf('127.0.0.0/8')],
  OUTGOING_ALLOW_HTTP: true,
  OUTGOING_TIMEOUT_MS: 1_000,
  OUTGOING_KEPT_CONNECTIONS: 50,
  FCM_URL: 'http://127.0.0.1:9',
  APNS_URL: 'http://127.0.0.1:9',
  APNS_SANDBOX_URL: 'http://127.0.0.1:9',
  PUSH_TTL_SECONDS: 60,
};

/** notify-svc's parts on a database and an SMTP server of their own, without bus and Nest. */
export const startNotify = async (serverUrl?: string, clock: Clock = systemClock) => {
  const database = await freshDatabase(serverUrl);
  await migrate(database.url, migrations);
  const smtp = await startSmtp();
  const logger = createLogger({ service: 'notify-svc', level: 'silent' });
  const store = await openEventStore({ url: database.url, kek: randomBytes(32).toString('base64'), kinds });
  const reader = await openReader(database.url, entities);
  const ground = { store, reader, clock };
  const { newsDesk, completion, escalations, care } = makeNewsDesk(ground);
  const peopleDesk = new PeopleDesk(ground);
  const list = new DeliveriesOfMessage(ground);
  const stops: Array<() => Promise<void>> = [];

  return {
    store,
    smtp,
    ground,
    logger,
    databaseUrl: database.url,
    tell: (...events: CloudEvent[]) => newsDesk.apply(events),
    tellOfPeople: (...events: CloudEvent[]) => peopleDesk.apply(events),
    completion,
    escalations,
    care,
    deliveries: async (event: CloudEvent) => {
      const input = notifyQueries.listDeliveries.input.parse({ messageId: messageOf(event) });
      const { items } = await list.page(event.tenantid, input);
      return notifyQueries.listDeliveries.output.shape.items.parse(items);
    },
    list,
    /** A replica that sends; several share the work. */
    startSending: (more: Partial<SendingConfig> = {}) => {
      const config = { ...sendingConfig, SMTP_URL: smtp.url, ...more };
      const { lanes, close } = makeLanes(ground, config, logger);
      lanes.start();
      let stopped: Promise<void> | undefined;
      const stop = (graceMs = 0): Promise<void> => {
        stopped ??= lanes.stop(graceMs).then(close);
        return stopped;
      };
      stops.push(stop);
      const { newsDesk: desk } = makeNewsDesk(ground, lanes);
      /** As the bus tells this very replica: what it plans it may begin with at once. */
      const tell = (...events: CloudEvent[]) => desk.apply(events);
      return { stop, tell };
    },
    /** Every row of every table as text. */
    everything: async (): Promise<string> => {
      const { rows: tables } = await store.pool.query<{ name: string }>(
        `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
      );
      const dumps = await Promise.all(
        tables.map(({ name }) => store.pool.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`)),
      );
      return dumps.flatMap(({ rows }) => rows.map(({ text }) => text)).join('\n');
    },
    close: async (): Promise<void> => {
      await Promise.all(stops.map((stop) => stop()));
      await smtp.close();
      await reader.destroy();
      await store.close();
      await database.drop();
    },
  };
};

export type Notify = Awaited<ReturnType<typeof startNotify>>;
