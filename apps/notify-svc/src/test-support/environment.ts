import { randomBytes } from 'node:crypto';
import { grantSecret, sendingConfig } from './notify.ts';

/** The environment of a whole notify-svc that is quick to retry and to take over. */
export const environment = (given: { natsUrl: string; databaseUrl: string; smtpUrl: string; port: number }) => ({
  HOST: '127.0.0.1',
  PORT: String(given.port),
  LOG_LEVEL: 'error',
  NATS_URL: given.natsUrl,
  DATABASE_URL_NOTIFY: given.databaseUrl,
  AFTERTONE_KEK: randomBytes(32).toString('base64'),
  MEDIA_GRANT_SECRET: grantSecret,
  LINK_SECRET: randomBytes(32).toString('base64'),
  PUBLIC_URL: 'https://voice.example.test',
  MEDIA_URL: sendingConfig.MEDIA_URL,
  SMTP_URL: given.smtpUrl,
  MAIL_FROM: sendingConfig.MAIL_FROM,
  NOTIFY_RETRY_SECONDS: '1',
  NOTIFY_LEASE_MS: '1500',
  NOTIFY_POLL_MS: '50',
  SHUTDOWN_GRACE_MS: '3000',
});
