import { eventually, startNats, startPostgres } from '@aftertone/testing';
import { expect, it } from 'vitest';
import { startGateway } from '../test-support/start-gateway.ts';

it('a gateway starts and lives without database and bus, and serves when they come', async () => {
  const [postgres, nats] = await Promise.all([startPostgres({ durable: true }), startNats()]);
  const gateway = await startGateway({ DATABASE_URL_GATEWAY: postgres.url, NATS_URL: nats.url });
  try {
    const token = await gateway.logIn();
    const me = () => gateway.send('GET', '/v1/users/me', { token });
    expect(await me()).toMatchObject({ status: 200 });

    await Promise.all([postgres.kill(), nats.kill()]);
    await eventually(async () => expect(await gateway.send('GET', '/readyz')).toMatchObject({ status: 503 }));
    expect(await gateway.send('GET', '/healthz')).toMatchObject({ status: 200 });
    await eventually(async () =>
      expect(await me()).toMatchObject({ status: 503, body: { code: 'store-unavailable' } }),
    );

    // A second one starts into the outage.
    const other = await startGateway({ DATABASE_URL_GATEWAY: postgres.url, NATS_URL: nats.url }, { wait: false });
    try {
      expect(await other.send('GET', '/readyz')).toMatchObject({ status: 503 });
      expect(await other.send('GET', '/v1/users/me', { token })).toMatchObject({
        status: 503,
        body: { code: 'store-unavailable' },
      });
      await Promise.all([postgres.start(), nats.start()]);
      for (const each of [gateway, other]) {
        await eventually(async () => {
          expect(await each.send('GET', '/readyz')).toMatchObject({ status: 200 });
          expect(await each.send('GET', '/v1/users/me', { token })).toMatchObject({ status: 200 });
        });
      }
    } finally {
      await other.close();
    }
  } finally {
    await gateway.close();
    await Promise.all([postgres.remove(), nats.remove()]);
  }
});
