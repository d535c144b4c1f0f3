import type { Logger } from '@aftertone/platform';
import type { Config } from './config.ts';
import { DeliveriesOfMessage } from './deliveries/list/delivery.query.ts';
import { openMailer } from './email/mailer.ts';
import { sendEmail } from './email/send-email.ts';
import type { Ground } from './ground/ground.ts';
import { AnnouncedEvents } from './mailbox-events/announced-events.ts';
import { Announcer } from './mailbox-events/announcer.ts';
import { KnownMailboxes } from './mailboxes/known-mailboxes.ts';
import { Attempts } from './sending/attempt.ts';
import { Dispatcher } from './sending/dispatcher.ts';
import { WorkList } from './sending/work-list.ts';

/** The part of the configuration that says how notifications are sent. */
export type SendingConfig = Pick<
  Config,
  | 'MEDIA_GRANT_SECRET'
  | 'MEDIA_URL'
  | 'SMTP_URL'
  | 'MAIL_FROM'
  | 'SMTP_TIMEOUT_MS'
  | 'NOTIFY_CONCURRENCY'
  | 'NOTIFY_ATTEMPT_TIMEOUT_MS'
  | 'NOTIFY_RETRY_SECONDS'
  | 'NOTIFY_GIVE_UP_SECONDS'
  | 'NOTIFY_LEASE_MS'
  | 'NOTIFY_POLL_MS'
  | 'NOTIFY_ATTACHMENT_MAX_BYTES'
  | 'NOTIFY_ATTACHMENT_PATIENCE'
>;

/** An attempt may miss two renewals before its lease is over. */
const renewalsPerLease = 3;
const recordEveryMs = 1_000;

/** What reacts to events of mailbox-svc. */
export const makeAnnouncer = ({ store, reader, clock }: Ground) => {
  const announced = new AnnouncedEvents(store.pool);
  const mailboxes = new KnownMailboxes(store.pool);
  const deliveries = new DeliveriesOfMessage({ reader });
  return { announced, announcer: new Announcer({ store, mailboxes, announced, deliveries, clock }) };
};

/** What sends notifications. */
export const makeDispatcher = ({ store, clock }: Ground, config: SendingConfig, logger: Logger) => {
  const { NOTIFY_CONCURRENCY: atOnce, NOTIFY_LEASE_MS: leaseMs } = config;
  const workList = new WorkList(store.pool, leaseMs);
  const mailer = openMailer({
    url: config.SMTP_URL,
    maxConnections: 2 * atOnce,
    timeoutMs: config.SMTP_TIMEOUT_MS,
  });
  const send = sendEmail({
    mailer,
    from: config.MAIL_FROM,
    enclosures: {
      mediaUrl: config.MEDIA_URL,
      grantSecret: config.MEDIA_GRANT_SECRET,
      maxBytes: config.NOTIFY_ATTACHMENT_MAX_BYTES,
      patience: config.NOTIFY_ATTACHMENT_PATIENCE,
    },
  });
  const attempts = new Attempts({
    store,
    workList,
    send,
    schedule: { delaysMs: config.NOTIFY_RETRY_SECONDS, giveUpAfterMs: config.NOTIFY_GIVE_UP_SECONDS * 1000 },
    clock,
    logger,
    timeoutMs: config.NOTIFY_ATTEMPT_TIMEOUT_MS,
    renewEveryMs: Math.floor(leaseMs / renewalsPerLease),
    recordEveryMs,
  });
  const slots = { freshAtOnce: atOnce, retriesAtOnce: atOnce };
  const dispatcher = new Dispatcher({ workList, attempts, clock, logger, ...slots, pollMs: config.NOTIFY_POLL_MS });
  return { dispatcher, mailer };
};
