import type { Channel } from '@aftertone/contracts';
import type { Logger } from '@aftertone/platform';
import { returnPathByMessageId, returnPathOf } from './bounces/settings.ts';
import { Completion } from './completion/completion.ts';
import type { Config } from './config.ts';
import { DeliveriesOfMessage } from './deliveries/list/delivery.query.ts';
import type { Outlet } from './deliveries/outlet.ts';
import { Planner } from './deliveries/planner.ts';
import type { RetrySchedule } from './deliveries/retry-schedule.ts';
import { sendDigest } from './digest/send-digest.ts';
import { openMailer } from './email/mailer.ts';
import { findReaderFacts } from './email/reader-facts.ts';
import { sendEmail } from './email/send-email.ts';
import { smtpSecurityOf } from './email/smtp-security.ts';
import { findSystemWords, findWords } from './email/words-for.ts';
import { Escalations } from './escalation/escalations.ts';
import type { Ground } from './ground/ground.ts';
import { openHttpOut } from './http-out/http-out.ts';
import type { outgoingSettings } from './http-out/settings.ts';
import { KnownCounts } from './known/known-counts.ts';
import { AnnouncedEvents } from './mailbox-events/announced-events.ts';
import { Announcer } from './mailbox-events/announcer.ts';
import { Erasure } from './mailbox-events/erasure.ts';
import { FirstTurn } from './mailbox-events/first-turn.ts';
import { FullMailboxes } from './mailbox-events/full-mailboxes.ts';
import { Knowledge } from './mailbox-events/knowledge.ts';
import { NewsDesk } from './mailbox-events/news-desk.ts';
import { makeLampsAtOnce, sendMwi } from './mwi/send-mwi.ts';
import { makePhoneChannels } from './push/make-phone-channels.ts';
import type { pushSettings } from './push/settings.ts';
import type { Channels } from './sending/channel.ts';
import { Lanes } from './sending/lanes.ts';
import { TemplatesOf } from './templates/templates-of.ts';
import { Care } from './timing/care.ts';
import { Followers } from './webhooks/followers.ts';
import { makeWebhookSender } from './webhooks/make-webhooks.ts';
import { WebhookTeller } from './webhooks/webhook-teller.ts';

/** The part of the configuration that says how notifications are sent. */
export type SendingConfig = Pick<
  Config,
  | keyof typeof outgoingSettings
  | keyof typeof pushSettings
  | 'MEDIA_GRANT_SECRET'
  | 'MEDIA_URL'
  | 'PUBLIC_URL'
  | 'SMTP_URL'
  | 'MAIL_FROM'
  | 'SMTP_TIMEOUT_MS'
  | 'SMTP_TLS'
  | 'SMTP_CA_FILE'
  | 'MAIL_RETURN_PATH'
  | 'LINK_SECRET'
  | 'LINK_SECRET_PREVIOUS'
  | 'NOTIFY_CONCURRENCY'
  | 'NOTIFY_HTTP_CONCURRENCY'
  | 'NOTIFY_HTTP_PER_ENDPOINT'
  | 'NOTIFY_STEP_WAIT_MS'
  | 'NOTIFY_ATTEMPT_TIMEOUT_MS'
  | 'NOTIFY_RETRY_SECONDS'
  | 'NOTIFY_GIVE_UP_SECONDS'
  | 'NOTIFY_WEBHOOK_RETRY_SECONDS'
  | 'NOTIFY_WEBHOOK_GIVE_UP_SECONDS'
  | 'NOTIFY_WEBHOOK_PAUSE_AFTER_SECONDS'
  | 'NOTIFY_LEASE_MS'
  | 'NOTIFY_POLL_MS'
  | 'NOTIFY_ATTACHMENT_MAX_BYTES'
  | 'NOTIFY_ATTACHMENT_PATIENCE'
>;

/** What reacts to events of mailbox-svc, and to what was sent. `outlet`: where what is planned goes out from this process. */
export const makeNewsDesk = ({ store, reader, clock }: Ground, outlet?: Outlet) => {
  const announced = new AnnouncedEvents(store.pool);
  const completion = new Completion({ store, announced, clock });
  const planner = new Planner(store, clock, outlet);
  const escalations = new Escalations(store, clock);
  const care = new Care({ store, escalations, clock });
  const announcer = new Announcer({
    ...{ pool: store.pool, announced, completion, escalations, care, clock },
    firstTurn: new FirstTurn(planner, makeLampsAtOnce({ store, clock })),
  });
  const deliveries = new DeliveriesOfMessage({ reader });
  const erasure = new Erasure({ store, announced, deliveries, escalations, clock });
  const webhooks = {
    followers: new Followers(store.pool, store.logger),
    webhookTeller: new WebhookTeller(planner, announced),
  };
  const newsDesk = new NewsDesk({
    knowledge: new Knowledge(store.pool),
    announcer,
    erasure,
    full: new FullMailboxes({ pool: store.pool, planner, announced }),
    escalations,
    care,
    ...webhooks,
  });
  return { newsDesk, announced, completion, escalations, care };
};

const scheduleBy = (config: SendingConfig): ((channel: Channel) => RetrySchedule) => {
  const usual = { delaysMs: config.NOTIFY_RETRY_SECONDS, giveUpAfterMs: config.NOTIFY_GIVE_UP_SECONDS * 1000 };
  const webhook = {
    delaysMs: config.NOTIFY_WEBHOOK_RETRY_SECONDS,
    giveUpAfterMs: config.NOTIFY_WEBHOOK_GIVE_UP_SECONDS * 1000,
  };
  return (channel) => (channel === 'webhook' ? webhook : usual);
};

/** What calls the URLs that tenants gave us. */
export const openOutgoing = (config: Pick<Config, keyof typeof outgoingSettings>) =>
  openHttpOut({
    allowNetworks: config.OUTGOING_ALLOW_NETWORKS,
    allowHttp: config.OUTGOING_ALLOW_HTTP,
    timeoutMs: config.OUTGOING_TIMEOUT_MS,
    keptConnections: config.OUTGOING_KEPT_CONNECTIONS,
  });

/** Servers of which nothing is known may all hang: each holds a place for as long as an attempt may take. */
const placesForUnknown = 4;

/** What sends notifications. */
export const makeLanes = (ground: Ground, config: SendingConfig, logger: Logger) => {
  const { store, clock } = ground;
  const { NOTIFY_CONCURRENCY: mailsAtOnce, NOTIFY_HTTP_CONCURRENCY: httpAtOnce } = config;
  const mailer = openMailer({
    url: config.SMTP_URL,
    maxConnections: 2 * mailsAtOnce,
    timeoutMs: config.SMTP_TIMEOUT_MS,
    security: smtpSecurityOf(config),
    returnPathOf: returnPathByMessageId(returnPathOf(config)),
  });
  const http = openOutgoing(config);
  const links = {
    publicUrl: config.PUBLIC_URL,
    linkSecrets: [config.LINK_SECRET, ...config.LINK_SECRET_PREVIOUS] as const,
  };
  const email = sendEmail({
    mailer,
    from: config.MAIL_FROM,
    enclosures: {
      mediaUrl: config.MEDIA_URL,
      grantSecret: config.MEDIA_GRANT_SECRET,
      maxBytes: config.NOTIFY_ATTACHMENT_MAX_BYTES,
      patience: config.NOTIFY_ATTACHMENT_PATIENCE,
    },
    wordsFor: findWords({ pool: store.pool, ...links }),
    systemWordsFor: findSystemWords(store.pool),
  });
  const templates = new TemplatesOf(store.pool);
  const readerFacts = findReaderFacts(store.pool);
  const { close: closePhones, ...phones } = makePhoneChannels({ ground, config, http, mailer, templates, readerFacts });
  const webhook = makeWebhookSender({
    ...{ store, clock, logger, http, publicUrl: config.PUBLIC_URL },
    pauseAfterMs: config.NOTIFY_WEBHOOK_PAUSE_AFTER_SECONDS * 1000,
  });
  const channels: Channels = {
    ...phones,
    email,
    text: email,
    external: email,
    webhook: webhook.send,
    mwi: sendMwi({ store, counts: new KnownCounts(store.pool), clock }),
  };
  const together = sendDigest({ mailer, from: config.MAIL_FROM, templates, links, readerFacts });
  const lanes = new Lanes({
    ...{ store, clock, logger, channels, together, mailsAtOnce, schedule: scheduleBy(config) },
    timeoutMs: config.NOTIFY_ATTEMPT_TIMEOUT_MS,
    leaseMs: config.NOTIFY_LEASE_MS,
    stepWaitMs: config.NOTIFY_STEP_WAIT_MS,
    pollMs: config.NOTIFY_POLL_MS,
    http: {
      proven: httpAtOnce,
      unknown: placesForUnknown * httpAtOnce,
      retries: httpAtOnce,
      perEndpoint: config.NOTIFY_HTTP_PER_ENDPOINT,
    },
  });
  const close = async (): Promise<void> => {
    mailer.close();
    closePhones();
    await webhook.close();
    await http.close();
  };
  return { lanes, close };
};
