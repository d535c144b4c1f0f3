import { connectBus } from '@aftertone/messaging';
import { createLogger } from '@aftertone/platform';
import { freePort, hasCallout, natsUrl } from '@aftertone/testing';
import { createAccount, createCurve, type KeyPair } from '@nats-io/nkeys';
import { expect, it } from 'vitest';
import { TestLogins } from '../../test-support/test-logins.ts';
import { ByCallout } from './callout-way.ts';

const seedOf = (key: KeyPair): string => new TextDecoder().decode(key.getSeed());
const way = {
  kind: 'callout' as const,
  seed: seedOf(createAccount()),
  curveSeed: seedOf(createCurve()),
  system: { user: 'nobody', password: 'none' },
};
const logger = createLogger({ service: 'gateway', level: 'silent' });
const own = (name: string): string => name;

it('refuses to promise anything on a server that would ask nobody', async (context) => {
  const url = natsUrl();
  const bus = connectBus({ url, name: 'gateway' });
  const callout = new ByCallout({ bus, url, way, logins: new TestLogins(), own, logger });
  try {
    await bus.whenUp();
    context.skip(hasCallout(bus.serverVersion ?? ''), 'the usual server is one that asks');
    await expect(callout.admit()).rejects.toMatchObject({ code: 'server-too-old', kind: 'rejected' });
  } finally {
    await Promise.all([callout.close(), bus.close()]);
  }
});

it('says so at once while the bus is down', async () => {
  const url = `nats://127.0.0.1:${await freePort()}`;
  const bus = connectBus({ url, name: 'gateway' });
  const callout = new ByCallout({ bus, url, way, logins: new TestLogins(), own, logger });
  await expect(callout.admit()).rejects.toMatchObject({ code: 'bus-unavailable', kind: 'unavailable' });
  await Promise.all([callout.close(), bus.close()]);
});
