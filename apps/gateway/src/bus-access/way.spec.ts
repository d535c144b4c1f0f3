import { ConfigError, parseConfig } from '@aftertone/platform';
import { createAccount, createCurve, type KeyPair } from '@nats-io/nkeys';
import { expect, it } from 'vitest';
import { configSchema } from '../config.ts';
import { directLoginsOf } from './way.ts';

const seedOf = (key: KeyPair): string => new TextDecoder().decode(key.getSeed());
const [seed, curveSeed] = [seedOf(createAccount()), seedOf(createCurve())];
const url = { NATS_SUBSCRIBER_URL: 'nats://a:4222, nats://b:4222' };
const callout = {
  NATS_CALLOUT_SEED: seed,
  NATS_CALLOUT_CURVE_SEED: curveSeed,
  NATS_SYSTEM_USER: 'system',
  NATS_SYSTEM_PASSWORD: 'secret',
};
const file = { NATS_USERS_FILE: '/nats/subscribers.conf', NATS_PID_FILE: '/nats/nats.pid' };

const read = (settings: Record<string, string>) =>
  directLoginsOf(
    parseConfig(configSchema, {
      PORT: '0',
      AFTERTONE_KEK: Buffer.alloc(32).toString('base64'),
      NATS_URL: 'nats://127.0.0.1',
      DATABASE_URL_GATEWAY: 'postgres://127.0.0.1/gateway',
      MEDIA_URL: 'http://127.0.0.1',
      MEDIA_GRANT_SECRET: 's'.repeat(32),
      LINK_SECRET: 's'.repeat(32),
      PUBLIC_URL: 'http://127.0.0.1',
      ...settings,
    }),
  );

it('is off without settings', () => {
  expect(read({})).toBeUndefined();
});

it('goes by callout or by a file', () => {
  const servers = ['nats://a:4222', 'nats://b:4222'];
  expect(read({ ...url, ...callout })).toEqual({
    servers,
    way: { kind: 'callout', seed, curveSeed, system: { user: 'system', password: 'secret' } },
  });
  expect(read({ ...url, ...file })).toEqual({
    servers,
    way: { kind: 'users-file', usersFile: file.NATS_USERS_FILE, pidFile: file.NATS_PID_FILE },
  });
});

it.each([
  ['only the address', url],
  ['no address', callout],
  ['half of one way', { ...url, NATS_USERS_FILE: file.NATS_USERS_FILE }],
  ['both ways', { ...url, ...callout, ...file }],
  ['seeds of the wrong kind', { ...url, ...callout, NATS_CALLOUT_SEED: curveSeed }],
])('refuses %s', (_what, settings) => {
  expect(() => read(settings)).toThrow(ConfigError);
});
