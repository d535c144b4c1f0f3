import {
  busSettings,
  databaseUrl,
  grantSettings,
  integer,
  keySettings,
  linkSettings,
  serverSettings,
} from '@aftertone/platform';
import { z } from 'zod';
import { bounceSettings } from './bounces/settings.ts';
import { smtpSecuritySettings } from './email/smtp-security.ts';
import { outgoingSettings } from './http-out/settings.ts';
import { pushSettings } from './push/settings.ts';

const listOfSeconds = 'must be whole numbers of seconds with commas between them';

/** `5,30,120`: milliseconds of each. */
const delays = z
  .string()
  .regex(/^[1-9]\d{0,6}(,[1-9]\d{0,6}){0,49}$/, listOfSeconds)
  .transform((text) => text.split(',').map((seconds) => Number(seconds) * 1000))
  .pipe(z.tuple([z.number()], z.number()));

const defaultDelays: [number, ...number[]] = [5_000, 30_000, 120_000, 600_000, 3_600_000, 14_400_000, 21_600_000];

/** From 5 s to 24 h. */
const defaultWebhookDelays: [number, ...number[]] = [
  5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 86_400_000,
];

/** The environment of notify-svc. */
export const configSchema = z.object({
  ...serverSettings,
  ...busSettings,
  ...keySettings,
  ...grantSettings,
  ...linkSettings,
  ...outgoingSettings,
  ...pushSettings,
  DATABASE_URL_NOTIFY: databaseUrl,
  /** Address of the gateway as clients reach it, for links. */
  PUBLIC_URL: z.url(),
  /** Address of media-svc as notify-svc reaches it. */
  MEDIA_URL: z.url(),
  /**
   * `smtp://user:password@host:port`, or `smtps://` for TLS from the start. The certificate must be valid, unless the URL
   * ends with `?tls.rejectUnauthorized=false`.
   */
  SMTP_URL: z.string().regex(/^smtps?:\/\/\S+$/, 'must be an smtp:// or smtps:// URL'),
  ...smtpSecuritySettings,
  /** Sender of e-mails: `voicemail@example.com` or `Voicemail <voicemail@example.com>`. */
  MAIL_FROM: z
    .string()
    .regex(/^[^<>\r\n]*<?[^\s<>@]+@[^\s<>@]+>?$/, 'must be an e-mail address, with a name or without'),
  ...bounceSettings,
  /** How long the SMTP server may take for its connection, its greeting and each answer. */
  SMTP_TIMEOUT_MS: integer(100, 600_000).default(30_000),
  /** E-mails: first attempts at once, and as many further attempts. */
  NOTIFY_CONCURRENCY: integer(1, 500).default(10),
  /** Webhooks, push and SMS: attempts at once to servers that answer; others have places of their own. */
  NOTIFY_HTTP_CONCURRENCY: integer(1, 5_000).default(256),
  /** Attempts at once to one such server. */
  NOTIFY_HTTP_PER_ENDPOINT: integer(1, 500).default(8),
  /** How long a later channel waits for the first attempts of the earlier ones. */
  NOTIFY_STEP_WAIT_MS: integer(0, 600_000).default(5_000),
  /** The longest that one attempt may take. */
  NOTIFY_ATTEMPT_TIMEOUT_MS: integer(100, 3_600_000).default(120_000),
  /** Seconds to wait after each failed attempt; the last wait goes on until the notification is too old. */
  NOTIFY_RETRY_SECONDS: delays.default(defaultDelays),
  /** Age at which a notification is given up. */
  NOTIFY_GIVE_UP_SECONDS: integer(1, 2_592_000).default(86_400),
  /** Seconds to wait after each failed attempt at a webhook. */
  NOTIFY_WEBHOOK_RETRY_SECONDS: delays.default(defaultWebhookDelays),
  /** Age at which the delivery to a webhook is given up. */
  NOTIFY_WEBHOOK_GIVE_UP_SECONDS: integer(1, 2_592_000).default(259_200),
  /** A webhook that has failed for so long, 20 times at least, is paused. */
  NOTIFY_WEBHOOK_PAUSE_AFTER_SECONDS: integer(1, 31_536_000).default(172_800),
  /** How long after the end of a replica its attempts are taken over. */
  NOTIFY_LEASE_MS: integer(500, 600_000).default(15_000),
  /** How often to look for what has become due. */
  NOTIFY_POLL_MS: integer(10, 60_000).default(1_000),
  /** Recordings larger than this are not attached, in bytes. */
  NOTIFY_ATTACHMENT_MAX_BYTES: integer(0, 104_857_600).default(10_485_760),
  /** From this attempt on an e-mail goes without a recording that cannot be had. */
  NOTIFY_ATTACHMENT_PATIENCE: integer(1, 100).default(4),
});
export type Config = z.output<typeof configSchema>;
