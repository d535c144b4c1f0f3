import { ConfigError, parseConfig } from '@aftertone/platform';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { environment } from './test-support/environment.ts';

const given = environment({
  natsUrl: 'nats://127.0.0.1:4222',
  databaseUrl: 'postgres://notify@127.0.0.1/notify',
  smtpUrl: 'smtp://mail.example.test',
  port: 8083,
});
const faults = (change: Record<string, string | undefined>): string => {
  try {
    parseConfig(configSchema, { ...given, ...change });
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

describe('the environment', () => {
  it('retries for a day unless told otherwise', () => {
    const config = parseConfig(configSchema, { ...given, NOTIFY_RETRY_SECONDS: undefined });
    expect(config.NOTIFY_RETRY_SECONDS.slice(0, 3)).toEqual([5_000, 30_000, 120_000]);
    expect(config.NOTIFY_GIVE_UP_SECONDS).toBe(86_400);
    expect(parseConfig(configSchema, { ...given, NOTIFY_RETRY_SECONDS: '1,60' }).NOTIFY_RETRY_SECONDS).toEqual([
      1_000, 60_000,
    ]);
  });

  it.each(['voicemail@example.com', 'Voicemail <voicemail@example.com>'])('takes the sender %s', (MAIL_FROM) => {
    expect(faults({ MAIL_FROM })).toBe('');
  });

  it('names every fault at once, and no value', () => {
    const text = faults({
      SMTP_URL: 'http://user:hunter22@mail',
      MAIL_FROM: 'nobody',
      MEDIA_GRANT_SECRET: undefined,
      NOTIFY_RETRY_SECONDS: '5,x',
    });
    for (const name of ['SMTP_URL', 'MAIL_FROM', 'MEDIA_GRANT_SECRET', 'NOTIFY_RETRY_SECONDS']) {
      expect(text).toContain(name);
    }
    expect(text).not.toContain('hunter22');
  });
});
